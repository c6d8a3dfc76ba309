import { faultsOf } from './check-history.js';
import type { Operation } from './operation.js';
import { plantedViolations } from './planted-violations.js';
import {
  AFTER_ALL,
  AWAY,
  FIRST,
  issue,
  login,
  logout,
  logoutAll,
  OUTAGE,
  REFUSED,
  refresh,
  use,
} from './told-history.js';

const TERMS = { reuseWindowMs: 1_000, usesMayBeLost: false };

const sound: readonly { what: string; history: readonly Operation[] }[] = [
  { what: 'a use that overlaps a logout', history: [login(0), logout(20), use(25), use(25, FIRST, REFUSED)] },
  { what: 'two logouts at once', history: [login(0), logout(20), logout(22), use(40, FIRST, REFUSED)] },
  {
    what: 'a logout in an outage that was done, or not, or when it was over',
    history: [
      ...[0, 1, 2].flatMap((session) => [login(0, { session }), logout(150, FIRST, { session, ...AWAY })]),
      use(300, FIRST, { session: 0, ...REFUSED }),
      use(AFTER_ALL, FIRST, { session: 1 }),
      use(300, FIRST, { session: 2 }),
      use(1_000, FIRST, { session: 2, ...REFUSED }),
    ],
  },
  {
    what: 'a refresh without an answer that is asked for until there is one',
    history: [
      login(0),
      ...[150, 200, 250, 300].map((at) => refresh(at, 0, AWAY)),
      refresh(950, 0, { got: [1, 0] }),
      refresh(970, 1, { got: [2, 0] }),
    ],
  },
  {
    what: 'an answer that was lost long ago',
    history: [
      login(0),
      refresh(150, 0, AWAY),
      refresh(3_000, 0, { got: [1, 1] }),
      use(3_020, issue(1, 1)),
      use(3_040, issue(1, 0), REFUSED),
    ],
  },
  {
    what: 'parallel refreshes',
    history: [
      login(0),
      refresh(20, 0, { got: [1, 0], took: 50 }),
      refresh(30, 0, { got: [1, 0] }),
      use(45, issue(1)),
    ],
  },
  {
    what: 'a theft, noticed',
    history: [
      login(0),
      refresh(20, 0, { got: [1, 0] }),
      use(40, issue(1)),
      refresh(3_000, 0, {}),
      use(3_020, issue(1), REFUSED),
      refresh(3_040, 1, {}),
    ],
  },
  {
    what: 'a login that comes with a logout everywhere, before or after it',
    history: [
      login(0),
      login(20, { session: 1, took: 30 }),
      login(20, { session: 2, took: 30 }),
      logoutAll(30),
      use(60, FIRST, { session: 1 }),
      use(60, FIRST, { session: 2, ...REFUSED }),
    ],
  },
];

describe('a history that is replayed against the model', () => {
  it.each(plantedViolations)('is found wrong: $what', ({ history, found }) => {
    const faults = faultsOf({ operations: history, faults: OUTAGE }, TERMS);
    expect(faults).toEqual([expect.stringMatching(found)]);
  });

  it.each(sound)('is explained: $what', ({ history }) => {
    expect(faultsOf({ operations: history, faults: OUTAGE }, TERMS)).toEqual([]);
  });

  it('is explained where a use may go unnoticed', () => {
    const operations = [
      login(0),
      refresh(20, 0, { got: [1, 0] }),
      use(40, issue(1)),
      refresh(3_000, 0, { got: [1, 1] }),
    ];
    const history = { operations, faults: OUTAGE };
    expect(faultsOf(history, { ...TERMS, usesMayBeLost: true })).toEqual([]);
    expect(faultsOf(history, TERMS)).toHaveLength(1);
  });

  it('shows the session that it is about, and equal answers in a row once', () => {
    const others = Array.from({ length: 50 }, (_, place) => login(0, { session: place + 1 }));
    const tries = Array.from({ length: 30 }, (_, place) => use(110 + 20 * place, FIRST, AWAY));
    const [found] = faultsOf(
      { operations: [...others, login(0), ...tries, use(950, FIRST, REFUSED)], faults: OUTAGE },
      TERMS,
    );
    expect(found?.split('\n  ')).toEqual([
      'nothing explains: 950-960 user 0 at 0: use 0.0/0 → 401',
      'it was before: live at 0/0',
      'of session 0, 32 operations:',
      '0-10 user 0 at 0: login → 200 0.0/0',
      '100-900 killed',
      '110-120 user 0 at 0: use 0.0/0 → 503 (30 times)',
      '950-960 user 0 at 0: use 0.0/0 → 401',
    ]);
  });
});
