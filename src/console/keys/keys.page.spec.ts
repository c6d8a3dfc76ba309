import { html } from '../../pages/html.js';
import { keysPage } from './keys.page.js';
import type { Key } from './time-line.js';

const now = Date.UTC(2026, 10, 28);
const visitor = { username: 'root', mayChange: false, hidden: () => html`` };

/** From when and until when a key signs, and until when it verifies. */
function shown(more: Partial<Key>): readonly string[] {
  const key: Key = { kid: 'kid', algorithm: 'ES256', state: 'active', ...more };
  const cells = String(keysPage(visitor, [key], now).content).matchAll(/<td[^>]*>(.*?)<\/td>/gs);
  return [...cells].slice(-3).map(([, cell = '']) =>
    cell
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}

describe('the instants of a key', () => {
  it.each<[string, Partial<Key>, readonly unknown[]]>([
    [
      'one that is replaced on schedule',
      { activeFrom: now - 60_000 },
      [expect.stringContaining('1 minute ago'), 'when it is replaced', 'when its last tokens are over'],
    ],
    ['one that was given', {}, ['given, nobody knows', 'as long as it is given', 'as long as it is given']],
    ['one that verifies only', { state: 'retiring' }, ['never', 'never', 'as long as it is given']],
    [
      'one that was replaced',
      { state: 'retiring', activeFrom: now - 120_000, retiringFrom: now - 60_000, retiredFrom: now + 60_000 },
      ['2 minutes ago', '1 minute ago', 'in 1 minute'].map((words) => expect.stringContaining(words)),
    ],
  ])('%s', (_what, key, instants) => {
    expect(shown(key)).toEqual(instants);
  });
});
