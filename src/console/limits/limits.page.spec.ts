import type { RateLimits } from 'nestjs-gatehouse';
import { html } from '../../pages/html.js';
import { limitsPage, type LookedAt } from './limits.page.js';

type Throttler = RateLimits['inForce']['throttlers'][number];

const throttler: Throttler = {
  name: 'default',
  by: 'ip',
  limit: 5,
  windowMs: 60_000,
  blockMs: 0,
  dryRun: false,
};
const inForce = {
  throttlers: [throttler],
  credentials: { perAccountAndAddress: [], perAddress: [], perAccount: [] },
};

function shown(use: Omit<LookedAt['uses'][number], 'throttler'>, more: Partial<Throttler> = {}): string {
  const { content } = limitsPage(
    { username: 'root', mayChange: true, hidden: () => html`` },
    {
      requests: [],
      logins: [],
      inForce,
      lookedAt: {
        typed: '192.0.2.1',
        client: { ip: '192.0.2.1' },
        uses: [{ throttler: { ...throttler, ...more }, ...use }],
      },
      done: undefined,
      now: 0,
    },
  );
  return String(content).replaceAll(/\s+/g, ' ');
}

const refused = (page: string) => /<td>\d+ of 5<\/td> <td>([^<]+)<\/td>/.exec(page)?.[1];

describe('the use of limits', () => {
  it.each<[string, number, number, Partial<Throttler>]>([
    ['no', 4, 0, {}],
    ['yes', 5, 0, {}],
    ['yes for 1 minute', 0, 60_000, {}],
    ['no', 5, 0, { dryRun: true }],
  ])('is refused: %s, with %d of 5 used and a block of %d ms, %j', (expected, used, blockedMs, more) => {
    expect(refused(shown({ used, blockedMs, routes: [] }, more))).toBe(expected);
  });

  it('can be forgotten where there is any', () => {
    expect(shown({ used: 0, blockedMs: 0, routes: [] })).not.toContain('Release');
    expect(shown({ used: 1, blockedMs: 0, routes: [] })).toContain('Release');
  });
});
