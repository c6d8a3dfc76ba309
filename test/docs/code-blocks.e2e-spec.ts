import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BlockCompiler } from './blocks/block-compiler.js';
import { type CodeBlock, codeBlocks, pathOf } from './blocks/code-block.js';
import { root } from './markdown.js';

const pages = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'README.md', 'docs/**.md'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((page) => page !== '');

// Pages that make one app with another one: in the order of its steps, of which a later one replaces files.
const STEPS = ['first-login', 'roles', 'tests', 'swagger', 'two-instances'].map(
  (name) => `docs/start/${name}.md`,
);
const APPS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(STEPS.map((page) => [page, 'start'])),
  'docs/testing-your-app.md': 'README.md',
};

/** The blocks of pages; of those that are the same file of one app the last is in its place, the others beside it. */
function blocksOf(some: readonly string[]): CodeBlock[] {
  const shown = some
    .flatMap((page) => codeBlocks(page, 'ts'))
    .map((block) => ({ ...block, app: APPS[block.page] ?? block.page }));
  return shown.map((block, at) => {
    const path = pathOf(block);
    const isReplaced = shown.slice(at + 1).some((later) => later.app === block.app && pathOf(later) === path);
    if (path === undefined || !isReplaced) return block;
    return { ...block, place: path.replace(/\.ts$/, `.before-${at}.ts`) };
  });
}

/** Names that become types of every decorator are nobody else's: such a block, or the app that it is a file of, is alone. */
function partsOf(blocks: readonly CodeBlock[]): (readonly CodeBlock[])[] {
  const typed = blocks.filter(({ text }) => text.includes('declare module'));
  const apps = new Set(typed.filter(pathOf).map(({ app }) => app));
  const alone = typed.filter(({ app }) => !apps.has(app));
  const others = blocks.filter((block) => !apps.has(block.app) && !alone.includes(block));
  return [
    [...others, ...WRONG],
    ...alone.map((block) => [block]),
    ...[...apps].map((app) => blocks.filter((block) => block.app === app)),
  ];
}

/** Without these nobody would know whether anything is looked at. */
const WRONG: CodeBlock[] = [
  { line: 3, text: 'const a = ;\n' },
  { line: 8, text: "throttler: { throttlers: [{ limitt: 1, ttl: '60s' }] },\n" },
  { line: 12, text: 'await articlez.find();\n' },
].map((block) => ({ page: 'docs/wrong.md', language: 'ts', ...block }));

describe('the code of the pages', () => {
  const blocks = blocksOf([...STEPS, ...pages.filter((page) => !STEPS.includes(page))]);

  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(120);
  });

  it('compiles', () => {
    const compiler = new BlockCompiler(blocks, {
      'your-own-login/src/login': join(__dirname, 'your-own-login'),
    });
    expect(partsOf(blocks).flatMap((part) => compiler.complaints(part))).toEqual([
      expect.stringContaining('wrong.md:3: no module'),
      expect.stringContaining("wrong.md:8: Object literal may only specify known properties, but 'limitt'"),
      expect.stringContaining("wrong.md:12: Cannot find name 'articlez'"),
    ]);
  });
});
