import { MemorySessionStore } from '../../../../libs/auth/src/sessions/memory-session.store.js';
import type {
  RotationTerms,
  RotationVerdict,
  StoredFacts,
  StoredSession,
} from '../../../../libs/auth/src/sessions/session.store.js';
import type { MemorySessionState } from '../../../../libs/auth/src/subjects/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import type {
  RefreshedToken,
  UseVerdict,
} from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { type MakeStores, soundStores } from '../protocol/memory-worlds.js';
import { SESSION } from './stored-state.js';

type State = MemorySessionState<StoredFacts>;
type Rotate = (
  sound: MemorySessionStore,
  presented: number,
  terms: RotationTerms,
) => Promise<RotationVerdict>;
type ConfirmUse = (sound: MemoryTokenBlacklistStore, token: RefreshedToken) => UseVerdict;

/** The sound stores, but for how they rotate. */
function rotatingBy(rotate: (state: State) => Rotate): MakeStores {
  return (state) => {
    const sound = new MemorySessionStore(state);
    class Faulty extends MemorySessionStore {
      override rotate(
        _session: Pick<StoredSession, 'id'>,
        generation: number,
        terms: RotationTerms,
      ): Promise<RotationVerdict> {
        return rotate(state)(sound, generation, terms);
      }
    }
    return { ...soundStores(state), sessions: new Faulty(state) };
  };
}

/** The sound stores, but for how they confirm. */
function confirmingBy(confirm: (state: State) => ConfirmUse): MakeStores {
  return (state) => {
    const sound = new MemoryTokenBlacklistStore(state);
    class Faulty extends MemoryTokenBlacklistStore {
      override confirmUse(token: RefreshedToken): UseVerdict {
        return confirm(state)(sound, token);
      }
    }
    return { ...soundStores(state), blacklist: new Faulty(state) };
  };
}

/** What could be wrong with the stores, and what comes of it. */
export const plantedBugs: readonly {
  readonly bug: string;
  readonly make: MakeStores;
  readonly found: RegExp;
}[] = [
  {
    bug: 'a use is forgotten, so a token is replayed after its successor was used',
    make: confirmingBy(() => (sound, token) => (sound.isRevoked(token) ? 'revoked' : 'confirmed')),
    found: /theft goes unnoticed: the predecessor is taken after its successor was used/,
  },
  {
    bug: 'a lost answer can be asked for inside the window only, as in the release before',
    make: rotatingBy(
      () => (sound, presented, terms) =>
        sound.rotate(SESSION, presented, { ...terms, replayUnconfirmedMs: 0 }),
    ),
    found: /the honest client is logged out: reused/,
  },
  {
    bug: 'the first use closes the door on retries that are under way',
    make: confirmingBy((state) => (sound, token) => {
      const verdict = sound.confirmUse(token);
      const record = state.record(SESSION.id);
      if (record?.confirmedAt !== undefined) record.confirmedAt = Number.NEGATIVE_INFINITY;
      return verdict;
    }),
    found: /the honest client is logged out: reused/,
  },
  {
    bug: 'an older access token confirms the current generation',
    make: confirmingBy((state) => (sound, token) => {
      const { generation = 0 } = state.record(SESSION.id) ?? {};
      return sound.confirmUse({ ...token, generation });
    }),
    found: /the honest client is logged out: reused/,
  },
  {
    bug: 'a retry gets a successor of its own',
    make: rotatingBy((state) => async (sound, presented, terms) => {
      const outcome = await sound.rotate(SESSION, presented, terms);
      const { generation = 0 } = state.record(SESSION.id) ?? {};
      return outcome.verdict === 'replayed' ? sound.rotate(SESSION, generation, terms) : outcome;
    }),
    found: /two live successors: 1 and 2/,
  },
  {
    bug: 'tokens used long ago are taken for the predecessor',
    make: rotatingBy((state) => (sound, presented, terms) => {
      const { generation = 0 } = state.record(SESSION.id) ?? {};
      return sound.rotate(SESSION, Math.max(presented, generation - 1), terms);
    }),
    found: /two live successors: 1 and 2/,
  },
  {
    bug: 'reuse is refused, and ends nothing',
    make: (state) => {
      state.end = () => {};
      return soundStores(state);
    },
    found: /theft goes unnoticed: client, thief, client, thief have used what they have/,
  },
  {
    bug: 'an answer that was taken for lost is as good as the next one',
    make: confirmingBy((state) => (sound, token) => {
      const [, lostAnswers = 0] =
        state.lostAnswers.of(SESSION.id).findLast(([of]) => of === token.generation) ?? [];
      return sound.confirmUse({ ...token, lostAnswers });
    }),
    found: /two answers to one refresh are good/,
  },
  {
    bug: 'an answer that was taken for lost is good again after the next rotation',
    make: (state) => {
      state.lostAnswers.isLost = () => false;
      return soundStores(state);
    },
    found: /two answers to one refresh are good/,
  },
  {
    bug: 'an answer that was taken for lost is good again after the rotation after that',
    make: (state) => {
      const isLost = state.lostAnswers.isLost.bind(state.lostAnswers);
      state.lostAnswers.isLost = (sessionId, generation, lostAnswers) => {
        const { generation: current = 0 } = state.record(sessionId) ?? {};
        return generation >= current - 1 && isLost(sessionId, generation, lostAnswers);
      };
      return soundStores(state);
    },
    found: /two answers to one refresh are good/,
  },
  {
    bug: 'of an older generation no answer is good once one was lost',
    make: (state) => {
      state.lostAnswers.isLost = (sessionId, generation) => {
        const isCurrent = state.record(sessionId)?.generation === generation;
        return !isCurrent && state.lostAnswers.of(sessionId).some(([of]) => of === generation);
      };
      return soundStores(state);
    },
    found: /an access token is refused though its session has not ended/,
  },
  {
    bug: 'a use brings an ended session back',
    make: confirmingBy((state) => (sound, token) => {
      if (!state.hasEndMark(SESSION.id)) return sound.confirmUse(token);
      return 'confirmed';
    }),
    found: /an access token is taken though its session has ended/,
  },
];
