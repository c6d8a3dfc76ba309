import { storeUnavailable } from '../../kernel/auth-error.js';
import type { Condition } from '../../kernel/condition.js';
import type { ManualClock } from '../manual-clock.js';
import { isRead } from './reads.js';

/** What is wrong with it. */
export type RedisFault = 'down' | 'slow' | 'read-only';

const WHY: Readonly<Record<RedisFault, string>> = {
  down: 'no connection',
  slow: 'a call got no answer in time',
  'read-only': 'READONLY: it is a replica, and takes no writes',
};

/** Time that a Redis takes to come back with nothing: its epochs are others then, as those of a real one are. */
const RESTART_MS = 1000;

/** What stores of a port inherit. Private constructors included. */
type Port<Store> = { readonly prototype: Store };
type Verb = (...args: unknown[]) => unknown;

/** What a generation holds. */
export type Held<T> = { readonly current: T };

/** What a verb does in a fault where it neither answers as ever nor is refused. `undefined`: as any other verb. */
export type InFault<Store> = {
  readonly [Name in keyof Store]?: (store: Store, fault: RedisFault) => Store[Name] | undefined;
};

/**
 * Stands for the Redis of an app under test: its stores are in memory, and fail as those over Redis do. All that they hold at a time is
 * a generation; a Redis that was flushed begins another one.
 */
export class StandInRedis {
  private readonly beginnings: (() => void)[] = [];
  private fault: RedisFault | undefined;
  private since = 0;
  private silentAt = 0;

  /** @param deadlineMs how long a call may take */
  constructor(
    readonly clock: ManualClock,
    private readonly deadlineMs: number,
  ) {}

  /** For how long nothing could be asked, in milliseconds. */
  get silentForMs(): number {
    return this.fault === undefined || this.fault === 'read-only' ? 0 : this.clock.elapsed() - this.silentAt;
  }

  /** Lets a fault last as long as some work takes, however that ends. @throws what the work throws */
  async during<T>(fault: RedisFault, work: () => T | PromiseLike<T>): Promise<T> {
    if (this.fault !== undefined)
      throw new Error(`Redis is ${this.fault} already: begin one fault when the other has ended`);
    this.fault = fault;
    this.since = this.clock.now();
    this.silentAt = this.clock.elapsed();
    try {
      return await work();
    } finally {
      this.fault = undefined;
    }
  }

  /** Forgets everything, and is back. */
  flush(): void {
    this.clock.advance(RESTART_MS);
    for (const begin of this.beginnings) begin();
  }

  /** What is made of each generation anew, in the order in which it was asked for. */
  ofEachGeneration<T>(make: () => T): Held<T> {
    const held = { current: make() };
    this.beginnings.push(() => {
      held.current = make();
    });
    return held;
  }

  /** As the guarded Redis says it; never rejects. */
  async condition(): Promise<Condition> {
    const { fault, since } = this;
    if (fault === undefined) return { status: 'up' };
    return { status: fault === 'read-only' ? 'degraded' : 'down', reason: `Redis: ${WHY[fault]}`, since };
  }

  /** A store in this Redis: that of the generation at hand, unless something is wrong. */
  store<Store extends object>(port: Port<Store>, held: Held<Store>, inFault: InFault<Store> = {}): Store {
    const member = (name: PropertyKey): unknown => Reflect.get(held.current, name);
    const get = (own: Store, name: PropertyKey): unknown => {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value = member(name);
      if (typeof value !== 'function' || name === 'constructor') return value;
      return (...args: unknown[]): unknown => {
        const run = (): unknown => (member(name) as Verb).apply(held.current, args);
        if (this.fault === undefined) return run();
        const instead = inFault[name as keyof Store]?.(held.current, this.fault) as Verb | undefined;
        return instead === undefined ? this.ask(isRead(port, name), run) : instead(...args);
      };
    };
    return new Proxy(Object.create(port.prototype) as Store, { get });
  }

  /** Asks while something is wrong. @throws AuthError `store_unavailable` */
  private async ask(isReading: boolean, run: () => unknown): Promise<unknown> {
    const fault = this.fault ?? 'down';
    if (fault === 'read-only' && isReading) return run();
    if (fault === 'slow') {
      // It is done all the same, and whoever asked for it has gone by then.
      await Promise.resolve(run()).catch(() => {});
      this.clock.advance(this.deadlineMs);
    }
    throw storeUnavailable(`Redis: ${WHY[fault]}`, { isReported: true });
  }
}
