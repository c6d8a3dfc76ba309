import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { nodesOf, parsedText } from './sources.js';

const root = join(__dirname, '../..');
const IS_TEST = /^test\/.*\.ts$|\.(?:spec|contract)\.ts$/;
const LONGEST_MS = 100;

/** Each test, contract and file that supports them. */
function testPaths(): readonly string[] {
  return ['test', 'libs/auth/src', 'src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => IS_TEST.test(path)),
  );
}

/**
 * The waits of a file that end with time alone, and last long: `await pause(2_000)` of `node:timers/promises`, and promises that a
 * timer resolves. What they wait for is a condition: `until()` of test/support, or a clock that the test moves.
 */
function waitsOf(file: ts.SourceFile): readonly string[] {
  const numbers = new Map<string, number>();
  const pauses = new Set<string>();
  const found: string[] = [];
  const isResolve = (callback: ts.Expression | undefined, call: ts.Node): boolean =>
    callback !== undefined && ts.isIdentifier(callback) && executorsOf(call).includes(callback.text);
  for (const node of nodesOf(file)) {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      numbers.set(node.name.text, valueOf(node.initializer, numbers));
    if (ts.isImportDeclaration(node)) for (const name of pausesOf(node)) pauses.add(name);
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) continue;
    const [first, second] = node.arguments;
    const name = node.expression.text;
    const isTimer = name === 'setTimeout' && !pauses.has(name);
    if (isTimer ? !isResolve(first, node) : !pauses.has(name)) continue;
    const lengthMs = valueOf(isTimer ? second : first, numbers);
    if (lengthMs >= LONGEST_MS) found.push(`${file.fileName}: ${node.getText(file)} (${lengthMs} ms)`);
  }
  return found;
}

/** What a file calls the `setTimeout` that gives a promise. */
function pausesOf({ moduleSpecifier, importClause }: ts.ImportDeclaration): readonly string[] {
  const bindings = importClause?.namedBindings;
  if (!ts.isStringLiteral(moduleSpecifier) || !/^(?:node:)?timers\/promises$/.test(moduleSpecifier.text))
    return [];
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  return bindings.elements
    .filter(({ name, propertyName }) => (propertyName ?? name).text === 'setTimeout')
    .map(({ name }) => name.text);
}

/** What resolves the promises around a node: the first parameter of each executor. */
function executorsOf(node: ts.Node): readonly string[] {
  const names: string[] = [];
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    if (!ts.isArrowFunction(at) && !ts.isFunctionExpression(at)) continue;
    const [resolve] = at.parameters;
    const isExecutor = ts.isNewExpression(at.parent) && at.parent.expression.getText() === 'Promise';
    if (isExecutor && resolve !== undefined) names.push(resolve.name.getText());
  }
  return names;
}

/** A length that is written down: a number, a constant of the file, or a sum or product of such. `NaN` where it isn't. */
function valueOf(node: ts.Expression | undefined, numbers: ReadonlyMap<string, number>): number {
  if (node === undefined) return Number.NaN;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isIdentifier(node)) return numbers.get(node.text) ?? Number.NaN;
  if (!ts.isBinaryExpression(node)) return Number.NaN;
  const [left, right] = [valueOf(node.left, numbers), valueOf(node.right, numbers)];
  if (node.operatorToken.kind === ts.SyntaxKind.PlusToken) return left + right;
  return node.operatorToken.kind === ts.SyntaxKind.AsteriskToken ? left * right : Number.NaN;
}

describe('tests', () => {
  it('wait for conditions, never for time', () => {
    const waits = testPaths().flatMap((path) =>
      waitsOf(parsedText(path, readFileSync(join(root, path), 'utf8'))),
    );
    expect(waits).toEqual([]);
  });

  it.each([
    ["import { setTimeout as pause } from 'node:timers/promises'; await pause(2_000);", 1],
    [
      "import { setTimeout } from 'timers/promises'; const WINDOW_MS = 1_000; await setTimeout(WINDOW_MS + 200);",
      1,
    ],
    ['await new Promise((done) => setTimeout(done, 2_500));', 1],
    ['await new Promise((resolve, reject) => { setTimeout(resolve, 100); });', 1],
    ['await new Promise((done) => setTimeout(done, 20));', 0],
    ['const alarm = setTimeout(() => fail(), 5_000);', 0],
    ['await new Promise((resolve, reject) => { setTimeout(reject, 5_000); work.then(resolve); });', 0],
    ["import { setTimeout as pause } from 'node:timers/promises'; await pause(retryAfterMs);", 0],
  ])('that say %s: %d', (text, count) => {
    expect(waitsOf(parsedText('a.ts', text))).toHaveLength(count);
  });
});
