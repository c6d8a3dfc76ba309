import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

// Every page has to compile it anew.
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Findings {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core finds in a page, by rule, with the elements concerned; contrast also in dark colours. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  // By the debugger: the policy of the page allows no script.
  await page.evaluate(`${axe};undefined`);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as Findings;
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = (await page.evaluate(
    "axe.run({ runOnly: ['color-contrast'], resultTypes: ['violations'] })",
  )) as Findings;
  return [light, dark].flatMap(({ violations }) =>
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  );
}
