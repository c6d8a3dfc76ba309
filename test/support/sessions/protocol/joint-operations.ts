import type {
  RotationVerdict,
  OpenVerdict,
  StoredFacts,
} from '../../../../libs/auth/src/sessions/session.store.js';
import { hashSubject } from '../../../../libs/auth/src/subjects/subject-keys.js';
import type {
  RefreshedToken,
  UseVerdict,
} from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { facts as loginFacts } from '../session-services.js';
import type { Medium, Operation } from './joint-stores.js';
import { CLIENTS, LIVES, type SessionName, type TrueToken } from './joint-truth.js';
import type { LoginAsked, Revocation } from './joint-world.js';

export const SUBJECT = 'ada';
const TERMS = { idleTtlMs: LIVES.idleMs, absoluteTtlMs: LIVES.absoluteMs };
/** The defaults of the library: a lost answer may be asked for until the session ends. */
const ROTATION = { ...TERMS, reuseWindowMs: LIVES.windowMs, replayUnconfirmedMs: LIVES.absoluteMs };

/** Like one that is drawn, and the same in each run. */
export function sessionId(name: SessionName): string {
  return hashSubject(SUBJECT) + `${name}AAAAAAAAAAAAAAAAAAAAA`;
}

export function sessionOf(id: string): SessionName {
  return id.charAt(hashSubject(SUBJECT).length) as SessionName;
}

function factsOf(name: SessionName): StoredFacts {
  return { ...loginFacts({ subject: SUBJECT, clientId: CLIENTS[name] }), salt: 'c2FsdA' };
}

export function opening(name: SessionName, login?: LoginAsked, now = 0): Operation<OpenVerdict> {
  const ageMs = login === undefined ? undefined : now - login.beganAt;
  return {
    name: `open ${name} ${ageMs} ${JSON.stringify(login?.known)}`,
    on: (medium) => {
      const revocations = login?.known?.[medium];
      const begun =
        revocations === undefined ? ageMs !== undefined && { ageMs: () => ageMs } : { revocations };
      const terms = {
        ...TERMS,
        maxSessions: LIVES.maxSessions,
        whenFull: 'evict-oldest',
        begun: begun || undefined,
      } as const;
      return ({ sessions }) => sessions.open(sessionId(name), factsOf(name), terms);
    },
  };
}

export function rotating(name: SessionName, presented: number): Operation<RotationVerdict> {
  const session = { id: sessionId(name), facts: factsOf(name) };
  return {
    name: `rotate ${name} ${presented}`,
    on:
      () =>
      ({ sessions }) =>
        sessions.rotate(session, presented, ROTATION),
  };
}

export function using(token: TrueToken): Operation<UseVerdict> {
  return {
    name: `use ${textOf(token)}`,
    on:
      (medium) =>
      async ({ blacklist }) =>
        blacklist.confirmUse(shown(token, medium)),
  };
}

/** Whether each of some tokens is refused. */
export function checking(tokens: readonly TrueToken[]): Operation<readonly boolean[]> {
  return {
    name: `check ${tokens.map(textOf).join()}`,
    on:
      (medium) =>
      ({ blacklist }) =>
        Promise.all(tokens.map(async (token) => blacklist.isRevoked(shown(token, medium)))),
  };
}

export const listing: Operation<readonly SessionName[]> = {
  name: 'list',
  on:
    () =>
    async ({ sessions }) =>
      (await sessions.list(SUBJECT, { limit: 10 })).map(({ id }) => sessionOf(id)),
};

const REVOKING: Readonly<Record<Revocation, ReturnType<Operation<unknown>['on']>>> = {
  'logout of a': async ({ blacklist }) => blacklist.revokeSession(sessionId('a')),
  'logout everywhere': async ({ blacklist }) => (await blacklist.revokeSubject(SUBJECT)).toSorted(),
  'logout of all but b': async ({ sessions }) =>
    (await sessions.revokeOthers(sessionId('b'))).map(({ sessionId: id }) => id).sort(),
  'client web': async ({ blacklist }) => blacklist.revokeClient('web'),
  everybody: async ({ blacklist }) => blacklist.revokeEverything(),
};

export function revoking(revocation: Revocation): Operation<unknown> {
  return { name: revocation, on: () => REVOKING[revocation] };
}

function textOf({ session, generation, lostAnswers, epochs }: TrueToken): string {
  return [session, generation, lostAnswers, epochs.memory, epochs.redis].join('/');
}

function shown({ session, generation, lostAnswers, epochs }: TrueToken, medium: Medium): RefreshedToken {
  const tokenId = `${session}${generation}.${lostAnswers}`;
  const epoch = epochs[medium];
  return {
    tokenId,
    sessionId: sessionId(session),
    subject: SUBJECT,
    clientId: CLIENTS[session],
    epoch,
    generation,
    lostAnswers,
  };
}
