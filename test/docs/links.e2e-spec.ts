import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdown, root } from './markdown.js';

const REPOSITORY = 'https://github.com/gatehouse-auth/nestjs-gatehouse/blob/main/';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** Where the links of a page lead, without those in code. */
function targetsOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
  const defined = [...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return [...inline, ...defined].map(([, target = '']) => target);
}

/** The file in this repository that a link names, and its anchor; `undefined` for other people's pages. */
function placeOf(page: string, target: string): { path: string; anchor: string | undefined } | undefined {
  const own = target.startsWith(REPOSITORY) ? `/${target.slice(REPOSITORY.length)}` : target;
  if (/^[a-z]+:/.test(own)) return undefined;
  const [path = '', anchor] = own.split('#', 2);
  if (path === '') return { path: page, anchor };
  return { path: path.startsWith('/') ? path.slice(1) : join(dirname(page), path), anchor };
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the links of the documents', () => {
  it('finds the pages', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/integration.md']));
  });

  it.each(pages)('%s leads to files and headings that exist', (page) => {
    const dead = targetsOf(markdown(page)).filter((target) => {
      const place = placeOf(page, target);
      if (place === undefined) return false;
      if (!existsSync(join(root, place.path))) return true;
      return place.anchor !== undefined && !anchorsOf(markdown(place.path)).includes(place.anchor);
    });
    expect(dead).toEqual([]);
  });

  it.each(['README.md', 'SECURITY.md'])('%s, which npm shows as well, has absolute links only', (page) => {
    expect(targetsOf(markdown(page)).filter((target) => !target.startsWith('https://'))).toEqual([]);
  });
});

describe('the README', () => {
  const lines = markdown('README.md').split('\n');

  it('has less than 120 lines', () => {
    expect(lines.length - 1).toBeLessThan(120);
  });

  it('has no line of prose over 120 columns, and no table wider than 100', () => {
    const prose = markdown('README.md')
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .split('\n');
    expect(prose.filter((line) => line.length > (line.startsWith('|') ? 100 : 120))).toEqual([]);
  });
});
