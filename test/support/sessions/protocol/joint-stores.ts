import type { TokenBlacklistSettings } from '../../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import { BEGINNING, memoryOf, type MakeStores, type MemoryWorld, textOf, valueOf } from './memory-worlds.js';
import { type Progress, progressOf } from './scripted-redis.js';
import type { Verb } from './verbs.js';
import type { Ran, WorldServer } from './world-server.js';

export type Medium = 'memory' | 'redis';

/** What both stores know, at a time. States that are the same are the same object. */
export interface StoreState {
  readonly id: number;
  readonly now: number;
  readonly keys: string;
  readonly memory: MemoryWorld;
}

/** Something that is asked of both stores. The tokens that they are shown are each store's own. */
export interface Operation<Answer> {
  /** Two operations with one name do the same. */
  readonly name: string;
  on(medium: Medium): Verb<Answer>;
}

/** A step of an operation: one call of Redis. Memory does everything in the last one. */
export interface Step<Answer> {
  readonly state: StoreState;
  /** What Redis has replied so far, where the operation isn't through. */
  readonly replies?: readonly unknown[];
  readonly answers?: Readonly<Record<Medium, Answer>>;
  /** What was seen of Redis on the way. */
  readonly ran?: Ran | undefined;
}

type Done<Answer> = Step<Answer> & { readonly answers: Readonly<Record<Medium, Answer>> };

export interface JointStoresOptions {
  /** Left out: memory alone is asked, and answers for both. */
  readonly server?: WorldServer | undefined;
  /** Whether Redis alone is asked, and answers for both. @default false */
  readonly isRedisAlone?: boolean;
  readonly makeMemory: MakeStores;
  readonly settings: TokenBlacklistSettings;
  readonly partition: string;
}

interface Known {
  readonly id: number;
  readonly value: unknown;
}

/** Both stores of the library, as a function from what they know to what they know then. Nothing is asked twice. */
export class JointStores {
  private readonly states = new Map<string, StoreState>();
  private readonly known = new Map<string, Known>();
  private readonly steps = new Map<string, Promise<Step<unknown>>>();
  private readonly progress = new Map<string, Promise<Progress<unknown>>>();

  private readonly looked = new Map<string, Promise<void>>();

  constructor(private readonly options: JointStoresOptions) {}

  /** Which of the stores are asked. */
  get media(): readonly Medium[] {
    const { server, isRedisAlone = false } = this.options;
    if (server === undefined) return ['memory'];
    return isRedisAlone ? ['redis'] : ['memory', 'redis'];
  }

  /** Nothing is known yet. */
  get beginning(): StoreState {
    const memory = valueOf(memoryOf(undefined, BEGINNING, this.options.settings));
    return this.settled(BEGINNING, '', memory);
  }

  /** States that were seen. */
  get size(): number {
    return this.states.size;
  }

  /** The same later, when nothing has been asked meanwhile. */
  at(state: StoreState, now: number): StoreState {
    return this.settled(now, state.keys, state.memory);
  }

  step<Answer>(
    state: StoreState,
    operation: Operation<Answer>,
    replies: readonly unknown[] = [],
    aheadMs = 0,
  ): Promise<Step<Answer>> {
    const key = `${state.id} ${aheadMs} ${operation.name} ${JSON.stringify(replies)}`;
    let step = this.steps.get(key);
    if (step === undefined) this.steps.set(key, (step = this.take(state, operation, { replies, aheadMs })));
    return step as Promise<Step<Answer>>;
  }

  /** All steps at once. */
  async ask<Answer>(state: StoreState, operation: Operation<Answer>): Promise<Done<Answer>> {
    let step = await this.step(state, operation);
    while (step.answers === undefined) step = await this.step(step.state, operation, step.replies);
    return step as Done<Answer>;
  }

  /** What has been looked at is looked at no more. */
  once(what: string, look: () => Promise<void>): Promise<void> {
    let looked = this.looked.get(what);
    if (looked === undefined) this.looked.set(what, (looked = look()));
    return looked;
  }

  private async take<Answer>(
    state: StoreState,
    operation: Operation<Answer>,
    { replies, aheadMs }: { readonly replies: readonly unknown[]; readonly aheadMs: number },
  ): Promise<Step<Answer>> {
    const { server, makeMemory, settings, isRedisAlone = false } = this.options;
    const { now } = state;
    const remember = async () => {
      const memory = memoryOf(state.memory, now, settings);
      return { answer: await operation.on('memory')(makeMemory(memory)), memory: valueOf(memory) };
    };
    if (server === undefined) {
      const { answer, memory } = await remember();
      return { state: this.settled(now, '', memory), answers: { memory: answer, redis: answer } };
    }
    const before = await this.progressOf(operation, replies);
    if (!('asks' in before)) throw new Error(`${operation.name} asks nothing`);
    const ran = await server.run({ ...before.asks, keys: state.keys, now, aheadMs });
    const known = [...replies, ran.reply];
    const after = await this.progressOf(operation, known);
    if ('asks' in after) return { state: this.settled(now, ran.keys, state.memory), replies: known, ran };
    const redis = after.answer;
    const { answer, memory } = isRedisAlone ? { answer: redis, memory: state.memory } : await remember();
    return { state: this.settled(now, ran.keys, memory), answers: { redis, memory: answer }, ran };
  }

  private progressOf<Answer>(
    operation: Operation<Answer>,
    replies: readonly unknown[],
  ): Promise<Progress<Answer>> {
    const key = `${operation.name} ${JSON.stringify(replies)}`;
    let progress = this.progress.get(key);
    if (progress === undefined)
      this.progress.set(key, (progress = progressOf(operation.on('redis'), replies, this.options)));
    return progress as Promise<Progress<Answer>>;
  }

  /** What the stores know, whatever it came from. */
  settled(now: number, keys: string, memory: MemoryWorld): StoreState {
    const known = this.idOf(textOf(memory), memory);
    const name = `${now} ${this.idOf(keys, keys).id} ${known.id}`;
    let state = this.states.get(name);
    if (state === undefined)
      this.states.set(
        name,
        (state = { id: this.states.size, now, keys, memory: known.value as MemoryWorld }),
      );
    return state;
  }

  private idOf(text: string, value: unknown): Known {
    let known = this.known.get(text);
    if (known === undefined) this.known.set(text, (known = { id: this.known.size, value }));
    return known;
  }
}
