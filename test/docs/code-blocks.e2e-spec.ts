import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BlockCompiler } from './blocks/block-compiler.js';
import { type CodeBlock, codeBlocks, pathOf } from './blocks/code-block.js';
import { root } from './markdown.js';

const pages = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'README.md', 'docs/**.md'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((page) => page !== '');

/** The steps of the first hour make one app: what a later one replaces stands beside it. */
function steps(): CodeBlock[] {
  const shown = FIRST_HOUR.flatMap((page) => codeBlocks(page, 'ts'));
  return shown.map((block, at) => {
    const path = pathOf(block);
    const isReplaced = shown.slice(at + 1).some((later) => path !== undefined && pathOf(later) === path);
    const place = isReplaced ? { place: path?.replace(/\.ts$/, `.before-${at}.ts`) ?? '' } : {};
    return { ...block, app: 'start', ...place };
  });
}

/** A page whose names are types of every decorator is compiled where no other page sees it. */
const isAlone = ({ text }: CodeBlock): boolean => text.includes('declare module');

const FIRST_HOUR = ['first-login', 'roles', 'tests', 'swagger', 'two-instances'].map(
  (name) => `docs/start/${name}.md`,
);

/** Without these nobody would know whether anything is looked at. */
const WRONG: CodeBlock[] = [
  { line: 3, text: 'const a = ;\n' },
  { line: 8, text: "throttler: { throttlers: [{ limitt: 1, ttl: '60s' }] },\n" },
  { line: 12, text: 'await articlez.find();\n' },
].map((block) => ({ page: 'docs/wrong.md', language: 'ts', ...block }));

describe('the code of the pages', () => {
  const compiler = new BlockCompiler();
  const blocks = pages.flatMap((page) => {
    if (FIRST_HOUR.includes(page)) return [];
    const shown = codeBlocks(page, 'ts');
    // It tests the app of the README.
    return page === 'docs/testing-your-app.md' ? shown.map((each) => ({ ...each, app: 'README.md' })) : shown;
  });

  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(80);
  });

  it('compiles', () => {
    const parts = [...blocks.filter((block) => !isAlone(block)), ...WRONG];
    const complaints = [parts, ...blocks.filter(isAlone).map((block) => [block]), steps()].flatMap((each) =>
      compiler.complaints(each, { 'your-own-login/src/login': join(__dirname, 'your-own-login') }),
    );
    expect(complaints).toEqual([
      expect.stringContaining('wrong.md:3: no module'),
      expect.stringContaining("wrong.md:8: Object literal may only specify known properties, but 'limitt'"),
      expect.stringContaining("wrong.md:12: Cannot find name 'articlez'"),
    ]);
  });

  it('is labelled once a path and page', () => {
    const labels = blocks.filter(pathOf).map((block) => `${block.page} ${pathOf(block)}`);
    expect(labels).toEqual([...new Set(labels)]);
  });
});
