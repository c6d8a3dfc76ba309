import ts from 'typescript';
import { type CodeBlock, pathOf } from './code-block.js';
import { declaredBy, type Surroundings } from './surroundings.js';

/** Code that compiles, and how many of its lines stand before those of the page. */
export interface Completed {
  readonly text: string;
  readonly linesBefore: number;
}

type Wrap = readonly [before: string, after: string];

// What a page shows is a module, or a part of one: some options, members of a class, decorators alone.
const OPTIONS: Wrap = ['const shown: Parameters<typeof AuthModule.forRoot>[0] = { ...assumed,', '};'];
const MODULE: Wrap = ['', ''];
const MEMBERS: Wrap = ['class Shown extends Surrounding {', '}'];
const DECORATORS: Wrap = ['class Shown extends Surrounding {', '  shown() {} }'];

/** A block as a file: in its place, with what it leaves out, and with the names that its surroundings have. */
export function complete(
  block: CodeBlock,
  known: Surroundings,
  offered: Surroundings,
): Completed | undefined {
  const name = /\bissuer: /.test(block.text) ? 'assumedBesides' : 'assumed';
  const code = withoutEllipses(block.text, `...${name}`);
  const wrap = wraps(code).find((each) => parses(inside(each, code)));
  if (wrap === undefined) return undefined;
  const source = parse(inside(wrap, code));
  // A block that imports anything imports all of its packages' names; what is the host's own may come from elsewhere.
  const isComplete = pathOf(block) !== undefined || source.statements.some(ts.isImportDeclaration);
  const header = importsOf(source, isComplete ? [known] : [known, offered]);
  return { text: `${header}${inside(wrap, code)}export {};\n`, linesBefore: 1 };
}

/** Options look like labels, so they are tried first where a label stands; where none does, last. */
const wraps = (code: string): Wrap[] =>
  /^(?:\/\/.*\n)*\w+: /.test(code) ? [OPTIONS] : [MODULE, MEMBERS, DECORATORS];

const inside = ([before, after]: Wrap, code: string): string => `${before}
${code}${after}
`;

/** `…`, where members of an object are left out, is what every app has. */
const withoutEllipses = (code: string, assumed: string): string =>
  code
    .replaceAll(/([{(,]\s*)…(?=\s*[,}])/g, `$1${assumed}`)
    .replaceAll(/\/\* … \*\/,?/g, `${assumed},`)
    .replaceAll(/(?<!class [^\n]*\n)^( +)\/\/ …$/gm, `$1${assumed},`);

function importsOf(source: ts.SourceFile, places: readonly Surroundings[]): string {
  const own = new Set(source.statements.flatMap((each) => declaredBy(each).map(([name]) => name)));
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !own.has(node.text)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...used]
    .map((name) => {
      const origin = places.map((place) => place.get(name)).find((each) => each !== undefined);
      return origin && `import { ${origin.isType ? 'type ' : ''}${name} } from '${origin.from}'; `;
    })
    .filter((line) => line !== undefined)
    .join('');
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('shown.ts', text, ts.ScriptTarget.ES2023, true);

const parses = (text: string): boolean =>
  ts.transpileModule(text, { reportDiagnostics: true }).diagnostics?.length === 0;
