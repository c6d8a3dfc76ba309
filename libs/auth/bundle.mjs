// Joins the files of the built library into a few: `node libs/auth/bundle.mjs` after `nest build auth`. Node spends a third of a
// millisecond on each file that it imports, and there are more than 500 of them (docs/decisions/start-up.md).
//
// A file becomes a function that is called once: what it imports are its constants, what it exports is its answer. There are no cycles
// (lint sees to that), so each is called before whoever needs it. Files that the same entries need stand in one chunk, which makes
// every class one class, whichever entry it comes from. The entries stay where they are, and so do the declarations; what the compiler
// made of `index.ts` is `index.files.js` from then on, for what looks at single files (`bench/`). Only chunks and entries are published.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const MARK = '// Joined by bundle.mjs.';
// Who loads one of these has loaded those beside it as well: it doesn't split what those need into more files.
const HOSTS = { openapi: ['index'], testing: ['index'], 'access-lock': ['index', 'openapi'] };
// What the command loads of the app's own copy: an entry that nobody imports by a name.
const INNER = ['./dist/access-lock/index.js'];
const HELPER = /^var (__decorate|__metadata|__param) = /;

const { exports: entryPoints, bin } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const entries = [
  ...Object.values(entryPoints).map((target) => target.default),
  ...Object.values(bin),
  ...INNER,
]
  .filter((target) => target !== undefined)
  .map((target) => join(here, target));

/** Every file, each behind what it imports: the order in which they run. */
const files = new Map();

if (entries.some((entry) => readFileSync(entry, 'utf8').includes(MARK)))
  console.log('The files are joined already.');
else bundle();

function bundle() {
  for (const entry of entries) visit(entry, entry);
  const chunks = new Map();
  for (const file of files.values())
    if (!entries.includes(file.path)) chunks.set(chunkOf(file), [...(chunks.get(chunkOf(file)) ?? []), file]);
  mkdirSync(join(dist, 'chunks'), { recursive: true });
  for (const [chunk, members] of chunks) {
    writeFileSync(chunk, compact(chunkText(chunk, members)));
  }
  for (const entry of entries) {
    writeFileSync(entry.replace(/\.js$/, '.files.js'), files.get(entry).text);
    writeFileSync(entry, entryText(files.get(entry)));
  }
  console.log(`Joined ${files.size} files to ${chunks.size} chunks.`);
}

function visit(path, entry) {
  const known = files.get(path);
  if (known?.entries.has(entry)) return;
  const file = known ?? read(path);
  file.entries.add(entry);
  for (const from of file.imports) if (isOurs(from)) visit(from, entry);
  if (known === undefined) files.set(path, file);
}

function read(path) {
  const text = readFileSync(path, 'utf8');
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports = statements.flatMap((statement) => originOf(statement, path) ?? []);
  return { path, text, statements, imports, entries: new Set() };
}

/** Where an `import` or `export … from` takes its names from: a file of ours, or a package. */
function originOf({ moduleSpecifier }, path) {
  if (moduleSpecifier === undefined) return undefined;
  const { text } = moduleSpecifier;
  return text.startsWith('.') ? join(dirname(path), text) : text;
}

/** A CommonJS file of ours stays a file: it is there because it isn't ESM. */
function isOurs(from) {
  return from.startsWith(dist) && from.endsWith('.js');
}

function chunkOf({ entries: users }) {
  const names = [...users]
    .map((entry) => relative(dist, entry).replace(/\/index\.js$|\.js$/, ''))
    .filter((name, _, all) => !HOSTS[name]?.some((host) => all.includes(host)));
  return join(dist, 'chunks', `${names.map((name) => name.replaceAll('/', '-')).join('+')}.js`);
}

/** The constant that holds what a file, or a package, exports. */
function nameOf(from) {
  return `$${relative(dist, from.startsWith(dist) ? from : join(dist, from)).replaceAll(/\W+/g, '_')}`;
}

/** What a file that is written at `place` has to import for some others to find what they need there. */
function importsFor(place, members) {
  const packages = new Set();
  const chunks = new Map();
  for (const from of members.flatMap(({ imports }) => imports)) {
    if (!isOurs(from)) packages.add(`import * as ${nameOf(from)} from '${specifier(place, from)}';`);
    else if (chunkOf(files.get(from)) !== place) {
      const chunk = specifier(place, chunkOf(files.get(from)));
      chunks.set(chunk, (chunks.get(chunk) ?? new Set()).add(nameOf(from)));
    }
  }
  return [
    ...packages,
    ...[...chunks].map(([chunk, names]) => `import { ${[...names].join(', ')} } from '${chunk}';`),
  ];
}

function specifier(place, from) {
  if (!from.startsWith(dist)) return from;
  const path = relative(dirname(place), from);
  return path.startsWith('.') ? path : `./${path}`;
}

function chunkText(chunk, members) {
  const helpers = new Set();
  const constants = members.map((file) => {
    const { body, exported } = rewritten(file, helpers);
    const answer = `return { ${exported.map(([name, value]) => pair(name, value)).join(', ')} };`;
    return [`const ${nameOf(file.path)} = (() => {`, ...body, answer, '})();'].join('\n');
  });
  const names = members.map(({ path }) => nameOf(path)).join(', ');
  return [...importsFor(chunk, members), ...helpers, ...constants, `export { ${names} };`].join('\n');
}

function entryText(entry) {
  const [shebang = ''] = /^#!.*\n/.exec(entry.text) ?? [];
  const { body, exported } = rewritten(entry, new Set());
  const exports = exported.map(([name, value]) => `export const ${name} = ${value};`);
  return `${[shebang + MARK, ...importsFor(entry.path, [entry]), ...body, ...exports].join('\n')}\n`;
}

/** The statements of a file with constants for its imports, and what it exports by which name. */
function rewritten({ path, statements }, helpers) {
  const exported = [];
  const body = statements.flatMap((statement) => {
    const text = statement.getText();
    const from = originOf(statement, path);
    if (ts.isImportDeclaration(statement)) return importedConstants(statement.importClause, nameOf(from));
    if (ts.isExportDeclaration(statement)) exported.push(...reexported(statement, from));
    else if (HELPER.test(text)) helpers.add(text);
    else if (text.startsWith('export ')) {
      exported.push(...declaredNames(statement).map((name) => [name, name]));
      return text.slice('export '.length);
    } else return text;
    return [];
  });
  return { body, exported };
}

function importedConstants(clause, origin) {
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings))
    return `const ${bindings.name.text} = ${origin};`;
  const names = (bindings?.elements ?? []).map(({ propertyName, name }) =>
    pair((propertyName ?? name).text, name.text),
  );
  if (clause?.name !== undefined) names.push(pair('default', clause.name.text));
  return names.length === 0 ? [] : `const { ${names.join(', ')} } = ${origin};`;
}

function pair(name, value) {
  return name === value ? name : `${name}: ${value}`;
}

function reexported({ exportClause }, from) {
  // `export *` is there for its declarations: such a file has no values.
  if (exportClause === undefined) return [];
  return exportClause.elements.map(({ propertyName, name }) => {
    const value = (propertyName ?? name).text;
    return [name.text, from === undefined ? value : `${nameOf(from)}.${value}`];
  });
}

function declaredNames(statement) {
  if (!ts.isVariableStatement(statement)) return [statement.name.text];
  return statement.declarationList.declarations.flatMap(({ name }) =>
    ts.isIdentifier(name) ? name.text : name.elements.map((element) => element.name.text),
  );
}

/** Without comments, and in ASCII: V8 reads that in half of the memory, and faster. */
function compact(text) {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
  };
  const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: 'chunk.js' });
  return outputText.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
