import ts from 'typescript';
import { nodesOf } from './sources.js';

/** A call of a verb that ends tokens or sessions. */
export interface RevocationSite {
  readonly path: string;
  /** The method that calls. */
  readonly method: string;
  readonly verb: string;
  /** Whether that method is a verb of revocation itself. */
  readonly isInVerb: boolean;
  /** Whether nobody anonymous can call it over HTTP, going by its decorators. */
  readonly isForAuthenticated: boolean;
  /** The statements that have run whole, or thrown, when the call begins. */
  readonly before: readonly string[];
}

const VERB = /^(?:revoke|expireAccessTokens|logout|endReplaced|endSession|endAll|endOthers)/;
const REPEATS = /^repeat/;

/** The revocations that a file asks for. */
export function revocationsIn(path: string, file: ts.SourceFile): readonly RevocationSite[] {
  return [...nodesOf(file)]
    .filter(ts.isCallExpression)
    .flatMap(({ expression }) => (ts.isPropertyAccessExpression(expression) ? [expression] : []))
    .filter(({ name }) => VERB.test(name.text))
    .map((access) => siteOf(path, access));
}

function siteOf(path: string, access: ts.PropertyAccessExpression): RevocationSite {
  const member = memberAround(access);
  const method = member?.name?.getText() ?? '';
  return {
    path,
    method,
    verb: access.name.text,
    isInVerb: VERB.test(method) || REPEATS.test(method),
    isForAuthenticated: member !== undefined && isForAuthenticated(member),
    before: [...statementsBefore(access)],
  };
}

function memberAround(node: ts.Node): ts.MethodDeclaration | undefined {
  return ts.findAncestor(node, ts.isMethodDeclaration);
}

function isForAuthenticated(member: ts.MethodDeclaration): boolean {
  const own = decoratorsOf(member);
  if (own.some((name) => name === 'Public' || name === 'OptionalAuth')) return false;
  return [...own, ...decoratorsOf(member.parent)].includes('Authenticated');
}

function decoratorsOf(node: ts.Node): readonly string[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );
}

/** What stands in front of the call, in its own block and in those around it, as far as its method. */
function* statementsBefore(call: ts.Node): Generator<string> {
  for (let node = call; !ts.isMethodDeclaration(node) && !ts.isSourceFile(node); node = node.parent) {
    if (!ts.isBlock(node.parent)) continue;
    const { statements } = node.parent;
    const earlier = statements.slice(0, statements.indexOf(node as ts.Statement));
    for (const statement of earlier) yield outsideFunctions(statement);
  }
}

/** The text of a statement without the functions in it: those run later, or never. */
function outsideFunctions(statement: ts.Statement): string {
  const inner = [...nodesOf(statement)].filter(ts.isFunctionLike);
  return inner.reduce(
    (text, { pos, end }) => text.replace(sliceOf(statement, pos, end), ''),
    statement.getText(),
  );
}

function sliceOf(statement: ts.Statement, pos: number, end: number): string {
  return statement.getSourceFile().text.slice(pos, end);
}
