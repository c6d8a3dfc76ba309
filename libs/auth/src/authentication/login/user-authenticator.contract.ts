import assert from 'node:assert/strict';
import { MACHINE_PREFIX } from '../../kernel/principal.js';
import { checkedUser, isNobody } from '../../tokens/checked-login.js';
import type { LoginContext, UserAuthenticator } from '../user-authenticator.js';

type Credentials = { readonly username: string; readonly password: string };

/** What the cases need: users that are there. */
type UserAuthenticatorHarness = {
  readonly users: UserAuthenticator;
  /** Somebody who can log in. */
  readonly somebody: Credentials;
  /** Somebody who could, if the account weren't disabled. Left out: the host disables nobody. */
  readonly disabled?: Credentials;
};

type Case = { readonly name: string; run(harness: UserAuthenticatorHarness): Promise<void> };

const context: LoginContext = {
  clientId: 'first-party',
  ip: '192.0.2.1',
  userAgent: 'a test',
  extra: {},
};

/** Names that a database, a directory or an object may take for something else. */
const STRANGE_NAMES = [
  '',
  ' ',
  '*',
  "' OR '1'='1",
  'a)(uid=*',
  '__proto__',
  'constructor',
  '\0',
  'ä'.repeat(10_000),
];

const SESSION = { id: 'session', clientId: 'first-party', sessionData: undefined };

async function loggedIn({ users, somebody: { username, password } }: UserAuthenticatorHarness) {
  const user = await users.authenticate(username, password, context);
  assert.ok(!isNobody(user), `nobody answers to the name ${username}`);
  return checkedUser(user, 'authenticate()');
}

async function expectNobody(
  { users }: UserAuthenticatorHarness,
  { username, password }: Credentials,
): Promise<void> {
  const user = await users.authenticate(username, password, context);
  assert.ok(isNobody(user), `${JSON.stringify(username.slice(0, 20))} is let in with a wrong password`);
}

/** What every {@link UserAuthenticator} promises. */
export const userAuthenticatorContract: readonly Case[] = [
  {
    name: 'answers a user whose name and password are right, in a form that tokens can be made of',
    async run(harness) {
      const { subject } = await loggedIn(harness);
      assert.ok(!subject.startsWith(MACHINE_PREFIX));
    },
  },
  {
    name: 'answers the same subject each time, since sessions and revocations go by it',
    async run(harness) {
      const logins = await Promise.all(Array.from({ length: 5 }, () => loggedIn(harness)));
      assert.equal(new Set(logins.map(({ subject }) => subject)).size, 1);
    },
  },
  {
    name: 'answers nobody for a password that is wrong, empty, or right but for one character',
    async run(harness) {
      const { username, password } = harness.somebody;
      for (const wrong of [
        '',
        `${password} `,
        `${password}x`,
        password.slice(0, -1),
        password.toUpperCase() + 'X',
      ])
        await expectNobody(harness, { username, password: wrong });
    },
  },
  {
    name: 'answers nobody for a name that is unknown or strange, and throws nothing',
    async run(harness) {
      for (const username of [`${harness.somebody.username}-who-is-not-there`, ...STRANGE_NAMES])
        await expectNobody(harness, { username, password: harness.somebody.password });
    },
  },
  {
    name: 'answers nobody for a user who is disabled',
    async run(harness) {
      if (harness.disabled !== undefined) await expectNobody(harness, harness.disabled);
    },
  },
  {
    name: 'answers the same user at a refresh, where it is asked then',
    async run(harness) {
      const { users } = harness;
      if (users.reload === undefined) return;
      const { subject } = await loggedIn(harness);
      const user = await users.reload(subject, SESSION);
      assert.equal(checkedUser(user ?? null, 'reload()').subject, subject);
    },
  },
  {
    name: 'answers nobody at a refresh for a subject that is not there',
    async run({ users }) {
      for (const subject of ['nobody-of-that-id', ...STRANGE_NAMES])
        assert.ok(
          isNobody(await users.reload?.(subject, SESSION)),
          'reload() answers a user for any subject',
        );
    },
  },
];
