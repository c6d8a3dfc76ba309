import type { Operation } from './operation.js';
import {
  AFTER_ALL,
  AWAY,
  FIRST,
  issue,
  login,
  logout,
  logoutAll,
  REFUSED,
  refresh,
  use,
} from './told-history.js';

/** Histories that break a promise, and what is to be found. (1) logged out is out, (2) one successor, (3) nobody is thrown out, (4) what may be answered. */
export const plantedViolations: readonly {
  readonly what: string;
  readonly found: RegExp;
  readonly history: readonly Operation[];
}[] = [
  {
    what: '(1) a session that was logged out is let in',
    found: /nothing explains: 40-50 .* use 0\.0\/0 → 200\n  it was before: ended at 0\/0\n/,
    history: [login(0), logout(20), use(40)],
  },
  {
    what: '(1) the other sessions of somebody who logged out everywhere are let in',
    found: /nothing explains: .* use 1\.0\/0 → 200/,
    history: [login(0), login(0, { session: 1 }), logoutAll(20), use(40, FIRST, { session: 1 })],
  },
  {
    what: '(1) a session comes back after it was found to have ended',
    found: /nothing explains: 300-310 .* use 0\.0\/0 → 200/,
    history: [login(0), logout(150, FIRST, AWAY), use(200, FIRST, REFUSED), use(300)],
  },
  {
    what: '(1) a logout that has no answer is undone by a refresh',
    found: /nothing explains: .* refresh 0\.0 → 200 0\.1\/0/,
    history: [login(0), logout(150, FIRST, AWAY), use(200, FIRST, REFUSED), refresh(300, 0, { got: [1, 0] })],
  },
  {
    what: '(2) two refreshes with one token get two tokens',
    found: /two successors of one refresh token:\n.* 0\.1\/0\n.* 0\.1\/0$/,
    history: [login(0), refresh(20, 0, { got: [1, 0] }), refresh(20, 0, { got: [1, 0, 77] })],
  },
  {
    what: '(2) a token is spent twice, one after the other',
    found: /nothing explains: .* refresh 0\.0 → 200 0\.2\/0/,
    history: [login(0), refresh(20, 0, { got: [1, 0] }), refresh(40, 0, { got: [2, 0] })],
  },
  {
    what: '(2) a token is taken long after its successor was used',
    found: /nothing explains: 3000-3010 .* refresh 0\.0 → 200/,
    history: [
      login(0),
      refresh(20, 0, { got: [1, 0] }),
      use(40, issue(1)),
      refresh(3_000, 0, { got: [1, 0] }),
    ],
  },
  {
    what: '(2) a token is taken after the successor of its successor was handed out',
    found: /nothing explains: 60-70 .* refresh 0\.0 → 200/,
    history: [
      login(0),
      refresh(20, 0, { got: [1, 0] }),
      refresh(40, 1, { got: [2, 0] }),
      refresh(60, 0, { got: [1, 0] }),
    ],
  },
  {
    what: '(2) of two answers that are further apart than the window both are good',
    found: /nothing explains: .* use 0\.1\/0 → 200/,
    history: [
      login(0),
      refresh(20, 0, { got: [1, 0] }),
      refresh(3_000, 0, { got: [1, 1] }),
      use(3_020, issue(1, 1)),
      use(3_040, issue(1, 0)),
    ],
  },
  {
    what: '(3) somebody is logged out without a reason',
    found: /nothing explains: .* use 0\.0\/0 → 401\n  it was before: live at 0\/0\n/,
    history: [login(0), use(20), use(40, FIRST, REFUSED)],
  },
  {
    what: '(3) a token that nobody has used is refused',
    found: /nothing explains: .* refresh 0\.1 → 400/,
    history: [login(0), refresh(20, 0, { got: [1, 0] }), refresh(40, 1, {})],
  },
  {
    what: '(3) whoever had no answer and asks again is taken for a thief',
    found: /nothing explains: .* refresh 0\.0 → 400[^]* 100-900 killed\n/,
    history: [login(0), refresh(150, 0, AWAY), refresh(3_000, 0, {})],
  },
  {
    what: '(3) a rotation that was answered is forgotten',
    found: /nothing explains: .* refresh 0\.1 → 200 0\.1\/0/,
    history: [login(0), refresh(20, 0, { got: [1, 0] }), refresh(150, 1, { got: [1, 0] })],
  },
  {
    what: '(3) what was asked for in an outage is done when it is long over',
    found: /nothing explains: 6000-6010 .* use 0\.0\/0 → 401/,
    history: [login(0), logout(150, FIRST, AWAY), use(AFTER_ALL), use(6_000, FIRST, REFUSED)],
  },
  {
    what: '(3) a theft that was noticed in one session ends another',
    found: /nothing explains: .* use 1\.0\/0 → 401/,
    history: [
      login(0),
      login(0, { session: 1 }),
      refresh(20, 0, { got: [1, 0] }),
      refresh(40, 1, { got: [2, 0] }),
      refresh(60, 0, {}),
      use(80, FIRST, { session: 1, ...REFUSED }),
    ],
  },
  ...[500, 429, 0].map((status) => ({
    what: `(4) ${status} is answered`,
    found: new RegExp(`not to be answered: .* use 0\\.0/0 → ${status}$`),
    history: [login(0), use(150, FIRST, { status })],
  })),
  {
    what: '(4) a right password is refused',
    found: /not to be answered: .* login → 401$/,
    history: [login(150, REFUSED)],
  },
  {
    what: '(4) nobody is told when to come back',
    found: /doesn't say when to return: .* login → 503$/,
    history: [login(150, { ...AWAY, hasRetryAfter: false })],
  },
];
