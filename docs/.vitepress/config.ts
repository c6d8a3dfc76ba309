import { readFileSync } from 'node:fs';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { linksOutside, REPOSITORY } from './links.js';
import { parts } from './sidebar.js';
import { slugOf } from './slug.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../libs/auth/package.json', import.meta.url), 'utf8'),
) as {
  version: string;
};

// Where the site isn't at the root of its host, as on GitHub Pages: DOCS_BASE=/nestjs-gatehouse/
const base = process.env['DOCS_BASE'] ?? '/';

/** What a page is called: its first line, without the marks of Markdown. */
function headingOf(path: string): string {
  const text = readFileSync(new URL(`../${path}.md`, import.meta.url), 'utf8');
  return (/^# (.+)$/m.exec(text)?.[1] ?? path).replaceAll('`', '');
}

const sidebar: DefaultTheme.SidebarItem[] = parts.map(({ text, groups, isCollapsed = false }) => {
  const items = groups.map((group) => ({
    text: group.text,
    items: group.pages.map((page) => {
      const [path, title] = typeof page === 'string' ? [page, headingOf(page)] : page;
      return { text: title, link: `/${path}` };
    }),
  }));
  return {
    text,
    collapsed: isCollapsed,
    // A part with one group has no second heading.
    items: items.flatMap((group): DefaultTheme.SidebarItem[] => (group.text === '' ? group.items : [group])),
  };
});

export default defineConfig({
  title: 'Gatehouse',
  description: 'Authentication and authorisation for NestJS, in one process or on many instances',
  base,
  cleanUrls: true,
  lastUpdated: false,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}gate.svg` }]],
  markdown: {
    anchor: { slugify: slugOf },
    headers: { slugify: slugOf },
    toc: { slugify: slugOf },
    theme: { light: 'github-light', dark: 'github-dark' },
    config: linksOutside,
  },
  themeConfig: {
    logo: '/gate.svg',
    nav: [
      { text: 'Start', link: '/start/first-login', activeMatch: '^/(?:start/|integration|sample-app)' },
      { text: 'Guides', link: '/your-own-login' },
      { text: 'Reference', link: '/reference/options', activeMatch: '^/reference/' },
      { text: 'Why', link: '/decisions/toolchain', activeMatch: '^/decisions/' },
      { text: version, link: `${REPOSITORY}/blob/main/CHANGELOG.md` },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    editLink: { pattern: `${REPOSITORY}/edit/main/docs/:path`, text: 'Edit this page' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    externalLinkIcon: true,
  },
});
