import type { RotationVerdict } from '../../../../libs/auth/src/sessions/session.store.js';
import type {
  RefreshedToken,
  UseVerdict,
} from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { JointStores, type Medium, type Operation, type Step } from '../protocol/joint-stores.js';
import { BEGINNING, type MakeStores, soundStores } from '../protocol/memory-worlds.js';
import { Violation } from '../protocol/violation.js';
import type { Soon } from '../protocol/ways.js';
import type { WorldServer } from '../protocol/world-server.js';
import {
  keysAt,
  memoryAt,
  PARTITION,
  readKeys,
  readMemory,
  SESSION,
  SETTINGS,
  TERMS,
} from './stored-state.js';
import type { StoredState } from './world.js';

/** What each store answers, and where both stand then. */
export interface Answered<Answer> {
  readonly answers: Readonly<Record<Medium, Answer>>;
  readonly store: StoredState;
}

/** The real stores of one session, from any state that a world may stand at: memory, the scripts on Redis, or both. */
export class StoredStores {
  private readonly joint: JointStores;
  private readonly answered = new Map<string, Answered<unknown>>();
  private readonly names = new WeakMap<StoredState, string>();

  /** @param make with a server, a planted bug in memory can't be told from a disagreement, so either is sound */
  constructor(
    private readonly server: WorldServer | undefined,
    make: MakeStores = soundStores,
    private readonly isRedisAlone = false,
  ) {
    this.joint = new JointStores({
      server,
      isRedisAlone,
      makeMemory: make,
      settings: SETTINGS,
      partition: PARTITION,
    });
  }

  /** Different questions that were asked. */
  get size(): number {
    return this.answered.size;
  }

  rotate(store: StoredState, presented: number): Soon<Answered<RotationVerdict>> {
    return this.ask(store, {
      name: `rotate ${presented}`,
      on:
        () =>
        ({ sessions }) =>
          sessions.rotate(SESSION, presented, TERMS),
    });
  }

  use(store: StoredState, token: number): Soon<Answered<UseVerdict>> {
    return this.ask(store, {
      name: `use ${token}`,
      on:
        () =>
        async ({ blacklist }) =>
          blacklist.confirmUse(shown(token)),
    });
  }

  isRevoked(store: StoredState, token: number): Soon<Answered<boolean>> {
    return this.ask(store, {
      name: `check ${token}`,
      on:
        () =>
        async ({ blacklist }) =>
          blacklist.isRevoked(shown(token)),
    });
  }

  private ask<Answer>(store: StoredState, operation: Operation<Answer>): Soon<Answered<Answer>> {
    const key = `${this.nameOf(store)} ${operation.name}`;
    const known = this.answered.get(key) as Answered<Answer> | undefined;
    return known ?? this.find(store, operation, key);
  }

  private async find<Answer>(
    store: StoredState,
    operation: Operation<Answer>,
    key: string,
  ): Promise<Answered<Answer>> {
    const state = this.joint.settled(BEGINNING, keysAt(store), memoryAt(store));
    const { answers, ...step } = await this.joint.ask(state, operation);
    const answered = { answers, store: this.read(step, store) };
    this.answered.set(key, answered);
    return answered;
  }

  /** Where the stores stand now; in the same place, however they remember it. */
  private read({ state, ran }: Step<unknown>, before: StoredState): StoredState {
    const { lasting = [] } = ran ?? {};
    if (lasting.length > 0) throw new Violation(`redis: keys that never expire: ${lasting.join()}`);
    if (this.server === undefined) return readMemory(state, before);
    const store = readKeys(state, before);
    if (this.isRedisAlone) return store;
    const [redis, memory] = [store, readMemory(state, before)].map((each) => JSON.stringify(each));
    if (redis !== memory) throw new Violation(`the stores disagree: memory ${memory}, Redis ${redis}`);
    return store;
  }

  private nameOf(store: StoredState): string {
    let name = this.names.get(store);
    if (name === undefined) this.names.set(store, (name = JSON.stringify(store)));
    return name;
  }
}

/** An access token of this generation, and of the answer after so many lost ones. */
function shown(token: number): RefreshedToken {
  const { subject, clientId } = SESSION.facts;
  const generation = Math.floor(token);
  const lostAnswers = Math.round((token - generation) * 100);
  const tokenId = `token ${token}`;
  return { tokenId, sessionId: SESSION.id, subject, clientId, epoch: BEGINNING, generation, lostAnswers };
}
