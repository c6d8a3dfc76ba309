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
 * event is a record: what, when, outcome, and where known who and from where. A failing listener never fails a request.
 */
export class AuthEvents {
  private readonly listeners = new Map<AuthEventName, Set<Listener>>();
  private readonly ofAll = new Set<Listener>();
  private readonly aside = new Set<Listener>();
  private readonly seldom = new Map<AuthEventName, Seldom>();
  private readonly clock: Clock;
  private readonly mask: (name: string) => string;

  /** @param reportFailure told of what a listener threw or rejected with. */
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

  /** Tells every subscriber of the event, without waiting for any of them. */
  emit<E extends AuthEventName>(event: E, told: Told<E>, origin?: Origin): void {
    this.publish(event, told, origin);
  }

  /** The same of what strangers can bring about as often as they like: once in a while for each key. @internal */
  emitSeldom<E extends AuthEventName>(event: E, told: Told<E>, quiet: Quiet, origin?: Origin): void {
    if (!this.isTold(event)) return;
    const seldom = this.seldom.get(event) ?? new Seldom(() => this.clock.elapsed());
    this.seldom.set(event, seldom);
    const suppressed = seldom.ask(quiet);
    if (suppressed === undefined) return;
    this.publish(event, suppressed === 0 ? told : { ...told, suppressed }, origin);
  }

  /** Whether anybody listens who wants it told. @internal */
  isHeard(event: AuthEventName): boolean {
    return this.ofAll.size > 0 || (this.listeners.get(event)?.size ?? 0) > 0;
  }

  private isTold(event: AuthEventName): boolean {
    return this.aside.size > 0 || this.isHeard(event);
  }

  private publish(event: AuthEventName, told: object, origin: Origin | undefined): void {
    if (!this.isTold(event)) return;
    const stamp = { event, time: this.clock.now(), outcome: outcomeOf(event) };
    const record = Object.freeze(known({ ...stamp, ...told, ...origin?.() }));
    for (const listener of [...(this.listeners.get(event) ?? []), ...this.ofAll, ...this.aside])
      void this.notify(event, listener, record);
  }

  private async notify(event: AuthEventName, listener: Listener, record: object): Promise<void> {
    try {
      await listener(record as never);
    } catch (error) {
      this.reportFailure(error, event);
    }
  }
}

/** Without what isn't known. */
function known(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** Where there is no lasting secret to write with. */
function maskOfThisProcess(): (name: string) => string {
  const salt = randomId();
  return (name) => digest(salt + name, 16);
}
