import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

export const REPOSITORY = 'https://github.com/gatehouse-auth/nestjs-gatehouse';

/** Where a link of a page leads on the site: what isn't a page of it is in the repository. */
export function siteLink(page: string, href: string): string {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [path = ''] = href.split('#', 1);
  const place = posix.join('docs', posix.dirname(page), path);
  const isPage = place.startsWith('docs/') && place.endsWith('.md');
  return isPage ? href : `${REPOSITORY}/blob/main/${place}${href.slice(path.length)}`;
}

/** Links in the Markdown work on GitHub, so they name files; here they lead to files that the site doesn't have, too. */
export function linksOutside(md: MarkdownRenderer): void {
  md.core.ruler.push('links-outside', ({ tokens, env }) => {
    const { relativePath = '' } = env as { relativePath?: string };
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', siteLink(relativePath, href));
    }
  });
}
