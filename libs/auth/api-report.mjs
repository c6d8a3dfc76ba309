// The public surface, written down: every name of every entry, compared in CI, so that a name comes or goes by a reviewed
// change. Works on the built declarations: what it sees is what consumers see.
//   node libs/auth/api-report.mjs           compares with api-report.md
//   node libs/auth/api-report.mjs --update  writes it
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const MOST_NAMES = 138;
const here = import.meta.dirname;
const dist = join(here, 'dist');
const reportFile = join(here, 'api-report.md');
const { exports: entryPoints } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

const entries = Object.entries(entryPoints)
  .filter(([, target]) => target.types !== undefined)
  .map(([name, target]) => ({ name, file: join(here, target.types) }));

const program = ts.createProgram(
  entries.map(({ file }) => file),
  {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  },
);
const checker = program.getTypeChecker();

const surface = entries.map(({ name, file }) => ({ name, exports: exportsOf(file) }));
const problems = [...twice(surface), ...unexported(surface), ...unwritable(surface), ...tooMany(surface)];
for (const problem of problems) console.error(problem);

const report = render(surface);
if (process.argv.includes('--update')) writeFileSync(reportFile, report);
else if (readFileSync(reportFile, 'utf8') !== report) {
  problems.push('the report is outdated');
  console.error(
    'libs/auth/api-report.md differs from the built package: if that is meant, run `npm run api:update`.',
  );
}
process.exitCode = problems.length === 0 ? 0 : 1;

/** The names of an entry with the declarations behind them; what another package declares is only named. */
function exportsOf(file) {
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is missing: npm run build`);
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => ({
    name: symbol.name,
    target: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }));
  return symbols.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function twice(all) {
  const seen = new Map();
  const found = [];
  for (const { name: entry, exports } of all)
    for (const { name } of exports) {
      if (seen.has(name)) found.push(`${name} is exported by ${seen.get(name)} and by ${entry}`);
      seen.set(name, entry);
    }
  return found;
}

function tooMany(all) {
  const count = countOf(all);
  return count > MOST_NAMES ? [`${count} names are exported, at most ${MOST_NAMES} may be`] : [];
}

function countOf(all) {
  return all.reduce((sum, { exports }) => sum + exports.length, 0);
}

/** A name that needs a type nobody can import can't be used from outside. */
function unexported(all) {
  const exported = new Set(all.flatMap(({ exports }) => exports.map(({ target }) => target)));
  const found = new Set();
  for (const { exports } of all)
    for (const { name, target } of exports)
      for (const needed of neededBy(target).needed)
        if (!exported.has(needed)) found.add(`${name} needs ${needed.name}, which is not exported`);
  return [...found];
}

/**
 * The compiler writes a private `type` out where a host's declarations need it, but it has to name an interface: a host
 * that emits declarations, as `nest new` sets it up, could not return one without an annotation (TS4053).
 */
function unwritable(all) {
  const found = new Set();
  for (const { exports } of all)
    for (const { name, target } of exports)
      for (const shorthand of neededBy(target).shorthands)
        if (shorthand.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))
          found.add(`${name} needs ${shorthand.name}, which is private and has to be named: make it a type`);
  return [...found];
}

/** What a declaration mentions, and the private shorthands it went through. */
function neededBy(symbol) {
  const needed = new Set();
  const shorthands = new Set();
  const seen = new Set([symbol]);
  const visit = (node) => {
    const name = referencedName(node);
    const found = name && checker.getSymbolAtLocation(name);
    const target = found && (found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found);
    if (target !== undefined && isOurs(target)) {
      if (isPrivateToItsFile(target)) lookThrough(target);
      else needed.add(target);
    }
    ts.forEachChild(node, visit);
  };
  const lookThrough = (target) => {
    if (seen.has(target)) return;
    seen.add(target);
    shorthands.add(target);
    for (const declaration of target.declarations) ts.forEachChild(declaration, visit);
  };
  for (const declaration of symbol.declarations ?? [])
    if (isOurFile(declaration)) ts.forEachChild(declaration, visit);
  needed.delete(symbol);
  return { needed, shorthands };
}

function referencedName(node) {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  if (ts.isTypeQueryNode(node)) return node.exprName;
  if (ts.isImportTypeNode(node)) return node.qualifier;
  return undefined;
}

function isOurs(symbol) {
  if (symbol.flags & ts.SymbolFlags.TypeParameter) return false;
  return (symbol.declarations ?? []).some(isOurFile);
}

/** A shorthand of its file only: what matters is what it stands for. */
function isPrivateToItsFile({ declarations }) {
  return declarations.every((declaration) => {
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return !(ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export);
  });
}

function isOurFile(declaration) {
  return declaration.getSourceFile().fileName.startsWith(`${dist}/`);
}

function render(all) {
  const lines = [
    '# Public names',
    '',
    '<!-- Generated by `npm run api:update`; CI compares. A new name is a promise: think twice, then commit the change. -->',
    '',
    `${countOf(all)} names, of at most ${MOST_NAMES}.`,
  ];
  for (const { name, exports } of all) {
    lines.push(
      '',
      `## ${name.replace(/^\./, 'nestjs-gatehouse')}`,
      '',
      '| name | is | declared in |',
      '| --- | --- | --- |',
    );
    for (const each of exports)
      lines.push(`| \`${each.name}\` | ${kindOf(each.target)} | ${placeOf(each.target)} |`);
  }
  return `${lines.join('\n')}\n`;
}

function kindOf({ flags }) {
  const kinds = [
    [ts.SymbolFlags.Class, 'class'],
    [ts.SymbolFlags.Function, 'function'],
    [ts.SymbolFlags.Variable, 'constant'],
    [ts.SymbolFlags.Interface, 'interface'],
    [ts.SymbolFlags.TypeAlias, 'type'],
  ];
  return kinds.find(([flag]) => flags & flag)?.[1] ?? 'value';
}

function placeOf({ declarations = [] }) {
  const [first] = declarations;
  if (first === undefined) return '';
  const path = relative(dist, first.getSourceFile().fileName);
  return path.startsWith('..') ? 'another package' : path.replace(/\.d\.ts$/, '.ts');
}
