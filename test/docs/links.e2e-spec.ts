import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parts } from '../../docs/.vitepress/sidebar.js';
import { slugOf } from '../../docs/.vitepress/slug.js';
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

/** The anchors that GitHub and the site make of headings. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, heading = '']) => slugOf(heading));
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

describe('the site', () => {
  const named = parts.flatMap(({ groups }) =>
    groups.flatMap((group) => group.pages.map((page) => (typeof page === 'string' ? page : page[0]))),
  );

  it('has every page in its sidebar, once', () => {
    const written = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/index.md');
    expect(named.map((page) => `docs/${page}.md`).sort()).toEqual(written.sort());
  });

  it('leads from its front page to pages that it has', () => {
    const targets = [...markdown('docs/index.md').matchAll(/^\s+link: \/(\S+)$/gm)].map(
      ([, target = '']) => target,
    );
    expect(targets.length).toBeGreaterThan(6);
    expect(targets.filter((target) => !named.includes(target))).toEqual([]);
  });

  it('looks nothing up elsewhere', () => {
    const own = execFileSync('git', ['grep', '--untracked', '-nE', 'https?://', '--', 'docs/.vitepress'], {
      cwd: root,
      encoding: 'utf8',
    });
    const foreign = own.split('\n').filter((line) => line !== '' && !/github\.com|localhost/.test(line));
    expect(foreign).toEqual([]);
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
