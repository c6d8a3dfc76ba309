import { type AuthEventMap, outcomeOf } from './audit/auth-event-map.js';
import { type Quiet, Seldom } from './audit/seldom.js';
import { Clock, SystemClock } from './clock.js';
import { digest, randomId } from './opaque.js';

export type { AuthEventMap } from './audit/auth-event-map.js';

/** Name of an event. */
type AuthEventName = keyof AuthEventMap;

/** Where the request came from that an event is about; worked out when somebody listens. */
type Origin = () => { readonly [Name in 'address' | 'userAgent' | 'requestId']?: string | undefined };

/** What whoever tells of an event says; the rest is added. */
type Told<E extends AuthEventName> = Omit<
  AuthEventMap[E],
  'event' | 'time' | 'outcome' | 'suppressed' | keyof ReturnType<Origin>
>;

type Listener = (payload: never) => unknown;

/** What the records are written with. */
type Writer = {
  readonly clock?: Clock;
  /** One text for all spellings of a login name, which tells nothing of it. */
  readonly accountOf?: (name: string) => string;
};

/**
 * Typed, in-process event source; inject it and call {@link AuthEvents.on}, or {@link AuthEvents.onAny} for an audit log. Each
 * event is a record: what, when, outcome, and where known who and from where. Telling of an event never fails a request.
 */
export class AuthEvents {
  private readonly listeners = new Map<AuthEventName, Set<Listener>>();
  private readonly ofAll = new Set<Listener>();
  private readonly aside = new Set<Listener>();
  private readonly seldom = new Map<AuthEventName, Seldom>();
  private readonly clock: Clock;
  private readonly mask: (name: string) => string;

  /** @param reportFailure told of what a listener, or a request that was asked where it came from, threw or rejected with. */
  constructor(
    private readonly reportFailure: (error: unknown, event: AuthEventName) => void = () => {},
    { clock = new SystemClock(), accountOf = maskOfThisProcess() }: Writer = {},
  ) {
    this.clock = clock;
    this.mask = accountOf;
  }

  /** Subscribes; call the returned function to unsubscribe. */
  on<E extends AuthEventName>(event: E, listener: (payload: AuthEventMap[E]) => unknown): () => void {
    const set = this.listeners.get(event) ?? new Set<Listener>();
    this.listeners.set(event, set.add(listener));
    return () => {
      set.delete(listener);
    };
  }

  /**
   * Subscribes to all events; call the returned function to unsubscribe.
   * @example
   * ```ts
   * events.onAny((record) => auditLog.info(record, record.event));
   * ```
   */
  onAny(listener: (record: AuthEventMap[AuthEventName]) => unknown): () => void {
    this.ofAll.add(listener);
    return () => {
      this.ofAll.delete(listener);
    };
  }

  /** The same for who counts what is told and needs nothing told: what is worked out for listeners alone isn't for it. @internal */
  overhear(listener: (record: AuthEventMap[AuthEventName]) => unknown): () => void {
    this.aside.add(listener);
    return () => {
      this.aside.delete(listener);
    };
  }

  /**
   * Under which `account` events speak of a login name: the same for all spellings, on all instances, for as long as the secret
   * stays. Nobody without the secret can tell the name, or try names.
   */
  accountOf(name: string): string {
    return this.mask(name);
  }

  /**
   * Tells every subscriber of the event, without waiting for any of them. Of `login.blocked` they are told once for account and
   * address until it is over, whoever tells of it: what is refused for nothing could be repeated for nothing.
   */
  emit<E extends AuthEventName>(event: E, told: Told<E>, origin?: Origin): void {
    if (event === 'login.blocked') this.tellBlocked(told as Told<'login.blocked'>, origin);
    else if (event === 'login.failed') this.tellFailed(told as Told<'login.failed'>, origin);
    else this.publish(event, told, origin);
  }

  /** The same of what strangers can bring about as often as they like: once in a while for each key. @internal */
  emitSeldom<E extends AuthEventName>(event: E, told: Told<E>, quiet: Quiet, origin?: Origin): void {
    if (!this.isTold(event)) return;
    const seldom = this.seldom.get(event) ?? new Seldom(() => this.clock.elapsed());
    this.seldom.set(event, seldom);
    let from: ReturnType<Origin> | undefined;
    const whence = () => (from ??= this.from(origin, event));
    const suppressed = seldom.ask(quiet, () => whence().address);
    if (suppressed === undefined) return;
    this.publish(event, suppressed === 0 ? told : { ...told, suppressed }, whence);
  }

  /** Whether anybody listens who wants it told. @internal */
  isHeard(event: AuthEventName): boolean {
    return this.ofAll.size > 0 || (this.listeners.get(event)?.size ?? 0) > 0;
  }

  private tellBlocked(told: Told<'login.blocked'>, origin: Origin | undefined): void {
    if (!this.isTold('login.blocked')) return;
    const from = this.from(origin, 'login.blocked');
    const quiet = { key: pairOf(told, from), quietMs: told.retryAfterSeconds * 1000 };
    this.emitSeldom('login.blocked', told, quiet, () => from);
  }

  /** Somebody looked at credentials again, so an earlier block is over or forgiven: the next one is news. */
  private tellFailed(told: Told<'login.failed'>, origin: Origin | undefined): void {
    const blocked = this.seldom.get('login.blocked');
    if (blocked === undefined) return this.publish('login.failed', told, origin);
    const from = this.from(origin, 'login.failed');
    blocked.forget(pairOf(told, from));
    this.publish('login.failed', told, () => from);
  }

  private isTold(event: AuthEventName): boolean {
    return this.aside.size > 0 || this.isHeard(event);
  }

  private publish(event: AuthEventName, told: object, origin: Origin | undefined): void {
    if (!this.isTold(event)) return;
    try {
      const stamp = { event, time: this.clock.now(), outcome: outcomeOf(event) };
      const record = Object.freeze(known({ ...stamp, ...told, ...this.from(origin, event) }));
      for (const listener of [...(this.listeners.get(event) ?? []), ...this.ofAll, ...this.aside])
        void this.notify(event, listener, record);
    } catch (error) {
      this.report(error, event);
    }
  }

  /** Requests are the host's, and a getter of one may throw: the event is told all the same. */
  private from(origin: Origin | undefined, event: AuthEventName): ReturnType<Origin> {
    try {
      return { ...origin?.() };
    } catch (error) {
      this.report(error, event);
      return {};
    }
  }

  private async notify(event: AuthEventName, listener: Listener, record: object): Promise<void> {
    try {
      await listener(record as never);
    } catch (error) {
      this.report(error, event);
    }
  }

  private report(error: unknown, event: AuthEventName): void {
    try {
      this.reportFailure(error, event);
    } catch {
      // Whoever is told of failures failed as well, and no request fails because of that.
    }
  }
}

const pairOf = ({ account }: { readonly account?: string | undefined }, { address }: ReturnType<Origin>) =>
  `${account} ${address}`;

/** Without what isn't known. */
function known(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** Where there is no lasting secret to write with. */
function maskOfThisProcess(): (name: string) => string {
  const salt = randomId();
  return (name) => digest(salt + name, 16);
}
