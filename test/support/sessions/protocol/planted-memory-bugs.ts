import { type MakeStores, type MemoryState, soundStores } from './memory-worlds.js';
import type { Budget } from './joint-world.js';
import { MemorySessionStore } from '../../../../libs/auth/src/sessions/memory-session.store.js';

/** What could be wrong with memory where several sessions, logins and revocations meet: twins of what is wrong with the scripts. */
export const memoryBugs: readonly {
  readonly bug: string;
  readonly make: MakeStores;
  readonly depth: number;
  readonly may: Partial<Budget>;
  readonly found: RegExp;
}[] = [
  {
    bug: 'a rotation looks at no epoch',
    make: spoilt((state) => {
      state.isOutdated = () => false;
    }),
    depth: 3,
    may: { requests: 1, revocations: 1 },
    found: /memory: the sessions listed are a,b instead of b/,
  },
  {
    bug: 'an end mark is cut too short',
    make: spoilt(({ epochs }) => {
      epochs.tokensLeftMs = (atLeastMs) => atLeastMs - 300_000;
    }),
    depth: 2,
    may: { revocations: 1 },
    found: /memory: an access token of a0, 10 s before its end is taken though it was revoked/,
  },
  {
    bug: 'one session more than the limit is let in',
    make: (state) => {
      const sessions = new MemorySessionStore(state);
      const makeRoom = sessions['makeRoom'].bind(sessions);
      sessions['makeRoom'] = (subject, terms) =>
        makeRoom(subject, { ...terms, maxSessions: terms.maxSessions + 1 });
      return { ...soundStores(state), sessions };
    },
    depth: 2,
    may: { logins: 1 },
    found: /memory: the wrong session is evicted: {2}instead of a/,
  },
  {
    bug: 'a revocation doesn’t stop a login under way',
    make: spoilt(({ revocations }) => {
      revocations.isSuperseded = () => false;
    }),
    depth: 3,
    may: { logins: 1, revocations: 1 },
    found: /memory: a login that began before a revocation is opened/,
  },
  {
    bug: 'a logout leaves the record of its session',
    make: spoilt((state) => {
      const end = state.end.bind(state);
      state.end = (sessionId, ttlMs) => {
        const record = state.record(sessionId);
        end(sessionId, ttlMs);
        if (record !== undefined)
          state.add(sessionId, { ...record, idleExpiresAt: record.absoluteExpiresAt }, ttlMs);
      };
    }),
    depth: 2,
    may: { revocations: 1 },
    found: /memory: the sessions listed are b,a instead of b/,
  },
];

function spoilt(spoil: (state: MemoryState) => void): MakeStores {
  return (state) => {
    spoil(state);
    return soundStores(state);
  };
}
