import type { Page } from 'playwright-core';
import { until } from '../until.js';

/** Asked from here: a page whose policy forbids `eval` can't be told to watch itself for more than one look. */
export async function untilTitled(page: Page, ...titles: readonly string[]): Promise<void> {
  await untilIs(`the page is titled ${titles.join(' or ')}`, titles, () => page.title());
  // A title may be there before what it is the title of.
  await page.waitForLoadState();
}

/** By the element's id or its words. A page that has loaded gives the focus away later, when it is drawn; what is typed before is lost. */
export function untilFocused(page: Page, element: string): Promise<void> {
  return untilIs(`${element} has the focus`, [element], () => focused(page));
}

/** What has the focus, by its id or its words. */
export function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');
}

function untilIs(what: string, wanted: readonly string[], look: () => Promise<string>): Promise<void> {
  return until(what, async () => {
    const seen = await look();
    // The cause of giving up says what was seen last.
    if (!wanted.includes(seen)) throw new Error(`Not yet: ${seen}`);
    return true;
  });
}
