import type { Page } from 'playwright-core';
import { until } from '../until.js';

/** Asked from here: a page whose policy forbids `eval` can't be told to watch itself for more than one look. */
export function untilTitled(page: Page, ...titles: readonly string[]): Promise<void> {
  return until(`the page is titled ${titles.join(' or ')}`, async () => titles.includes(await page.title()));
}
