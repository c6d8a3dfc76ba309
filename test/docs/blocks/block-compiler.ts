import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from '../markdown.js';
import { type CodeBlock, pathOf } from './code-block.js';
import { complete } from './fragment.js';
import { exportsOf, publicNames, type Surroundings } from './surroundings.js';

const PRELUDES = join(root, 'test/docs/preludes');
// Where packages are found, and no file is.
const SHOWN = join(root, 'test/docs/shown');
const UNUSED = new Set([6133, 6192, 6196, 6198]);

interface ShownFile {
  readonly block: CodeBlock;
  readonly path: string;
  readonly text: string;
  readonly linesBefore: number;
}

/** Compiles what pages show, as strictly as our own code, without writing a file. */
export class BlockCompiler {
  private readonly options = optionsOfTheRepository();
  private readonly sources = new Map<string, ts.SourceFile | undefined>();
  private readonly common = this.namesOf('anywhere');
  private readonly packages = publicNames();
  private before: ts.Program | undefined;

  /**
   * @param everything what all pages show: a page may import the files of another one
   * @param standIns folders with what readers have, by the place of their files below `shown`
   */
  constructor(
    private readonly everything: readonly CodeBlock[],
    private readonly standIns: Readonly<Record<string, string>>,
  ) {}

  /** What is wrong with some blocks. They don't know each other, but for those of one page. */
  complaints(blocks: readonly CodeBlock[]): string[] {
    const files = blocks.map((block) => this.fileOf(block, blocks));
    const orphans = files.filter((file) => typeof file === 'string');
    const shown = files.filter((file) => typeof file !== 'string');
    return [...orphans, ...this.compile(shown)];
  }

  private fileOf(block: CodeBlock, all: readonly CodeBlock[]): ShownFile | string {
    const place = placeOf(block);
    const siblings = all.filter((each) => slugOf(each) === slugOf(block) && each !== block);
    const known = [
      ...this.only('app', 'assumed', 'assumedBesides', 'Surrounding'),
      ...siblings.flatMap((each) => [...namesShownBy(each)]),
      ...this.namesOf(slugOf(block)),
    ];
    const completed = complete(
      block,
      this.rebased(new Map(known), place),
      new Map([...this.packages, ...this.rebased(this.common, place)]),
    );
    if (completed === undefined) return `${block.page}:${block.line}: no module, and no part of one`;
    return { block, path: place, ...completed, text: withEndings(completed.text) };
  }

  /** A file that a page may import besides its own: one of another page, or a stand-in. */
  private fileBeside(path: string): string | undefined {
    const [, place = '', name = ''] = /^(.*)\/([^/]+\.ts)$/.exec(relative(SHOWN, path)) ?? [];
    const standIn = this.standIns[place];
    if (standIn !== undefined) return ts.sys.readFile(join(standIn, name));
    const [app = '', label = ''] = `${place}/${name}`.split(/\/(.*)/, 2);
    const block = this.everything.find((each) => pathOf(each) === label);
    const file = block && this.fileOf({ ...block, place: label, app }, []);
    return typeof file === 'object' ? file.text : undefined;
  }

  private compile(files: readonly ShownFile[]): string[] {
    const texts = new Map<string, string | undefined>(files.map(({ path, text }) => [path, text]));
    const roots = [...files.map(({ path }) => path), join(PRELUDES, 'packages.d.ts')];
    const program = ts.createProgram(roots, this.options, this.hostWith(texts), this.before);
    this.before = program;
    return files.flatMap((file) => {
      const source = program.getSourceFile(file.path);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
        .filter((diagnostic) => !isOfFragments(diagnostic, file))
        .map((diagnostic) => told(diagnostic, file));
    });
  }

  private hostWith(texts: Map<string, string | undefined>): ts.CompilerHost {
    const host = ts.createCompilerHost(this.options);
    const textOf = (path: string): string | undefined => {
      if (!path.startsWith(`${SHOWN}/`)) return undefined;
      if (!texts.has(path)) texts.set(path, this.fileBeside(path));
      return texts.get(path);
    };
    return {
      ...host,
      fileExists: (path) => textOf(path) !== undefined || host.fileExists(path),
      readFile: (path) => textOf(path) ?? host.readFile(path),
      directoryExists: (path) => path.startsWith(SHOWN) || (host.directoryExists?.(path) ?? true),
      getSourceFile: (path, version) => {
        const text = textOf(path);
        if (text !== undefined) return ts.createSourceFile(path, text, version, true);
        if (!this.sources.has(path)) this.sources.set(path, host.getSourceFile(path, version));
        return this.sources.get(path);
      },
    };
  }

  /** What the prelude of a page declares; it names what the page takes for granted. */
  private namesOf(slug: string): Surroundings {
    const path = join(PRELUDES, `${slug}.ts`);
    if (!existsSync(path)) return new Map();
    const source = ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.ES2023, true);
    return exportsOf(source, path);
  }

  private only(...names: string[]): Surroundings {
    return new Map([...this.common].filter(([name]) => names.includes(name)));
  }

  private rebased(names: Surroundings, from: string): Surroundings {
    return new Map(
      [...names].map(([name, origin]) => {
        const path = relative(dirname(from), origin.from).replace(/\.ts$/, '.js');
        return [name, { ...origin, from: path.startsWith('.') ? path : `./${path}` }];
      }),
    );
  }
}

const slugOf = ({ app, page }: CodeBlock): string =>
  (app ?? page).replaceAll(/\.md$|^docs\//g, '').replaceAll('/', '-');

const placeOf = (block: CodeBlock): string =>
  join(
    SHOWN,
    slugOf(block),
    block.place ?? pathOf(block) ?? `${basename(block.page, '.md')}-${block.line}.ts`,
  );

/** What a block exports other blocks of its page may use. */
function namesShownBy(block: CodeBlock): Surroundings {
  const source = ts.createSourceFile('shown.ts', block.text, ts.ScriptTarget.ES2023, true);
  return exportsOf(source, placeOf(block));
}

function optionsOfTheRepository(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root).options;
}

/** A CommonJS app may leave the ending of a relative import out. */
const withEndings = (text: string): string => text.replaceAll(/from '(\.[^']*)(?<!\.js)'/g, "from '$1.js'");

/** A part of a module doesn't use what it declares; what a page imports it uses. */
function isOfFragments({ code, start = 0 }: ts.Diagnostic, { text, linesBefore }: ShownFile): boolean {
  if (!UNUSED.has(code)) return false;
  const lineNumber = text.slice(0, start).split('\n').length - 1;
  const line = text.split('\n')[lineNumber] ?? '';
  return lineNumber < linesBefore || !line.startsWith('import ');
}

function told({ messageText, start = 0 }: ts.Diagnostic, { block, text, linesBefore }: ShownFile): string {
  const line = text.slice(0, start).split('\n').length - 1 - linesBefore + block.line;
  return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
