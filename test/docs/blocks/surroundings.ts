import ts from 'typescript';
import { markdown } from '../markdown.js';

/** Where a name comes from, and whether it is but a type. */
interface Origin {
  readonly from: string;
  readonly isType: boolean;
}

/** The names that a block may use without saying where they come from. */
export type Surroundings = ReadonlyMap<string, Origin>;

/** The public names of the package, as its report lists them. */
export function publicNames(): Surroundings {
  const [, ...entries] = markdown('libs/auth/api-report.md').split('\n## ');
  return new Map(
    entries.flatMap((entry) => {
      const [from = ''] = entry.split('\n', 1);
      const rows = [...entry.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
      return rows.map(([, name = '', kind = '']) => {
        return [name, { from, isType: kind === 'interface' || kind === 'type' }] as const;
      });
    }),
  );
}

/** What a file exports, as far as that can be seen without asking the compiler. */
export function exportsOf(source: ts.SourceFile, from: string): Surroundings {
  const names = new Map<string, Origin>();
  const add = (name: string, isType: boolean) => names.set(name, { from, isType });
  for (const statement of source.statements) {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      for (const { name, isTypeOnly } of statement.exportClause.elements)
        add(name.text, statement.isTypeOnly || isTypeOnly);
    if (isExported(statement)) for (const [name, isType] of declaredBy(statement)) add(name, isType);
  }
  return names;
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What a statement declares or imports at the top of a file. */
export function declaredBy(statement: ts.Statement): (readonly [name: string, isType: boolean])[] {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return [[statement.name.text, true]];
  if ((ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) && statement.name)
    return [[statement.name.text, false]];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  if (!ts.isImportDeclaration(statement) || !statement.importClause) return [];
  const { name, namedBindings } = statement.importClause;
  const named = namedBindings && ts.isNamedImports(namedBindings) ? [...namedBindings.elements] : [];
  return [name, ...named.map((element) => element.name)].flatMap((each) =>
    each ? [[each.text, false]] : [],
  );
}

function namesIn(name: ts.BindingName): (readonly [string, boolean])[] {
  if (ts.isIdentifier(name)) return [[name.text, false]];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}
