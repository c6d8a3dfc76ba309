import { type AuthError, isAuthError, storeUnavailable } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import type { Condition } from '../kernel/condition.js';
import { withinDeadline } from '../kernel/deadline.js';
import { callsBy, type UnaskedCalls } from './calls.js';
import { ConnectionUse } from './connection-use.js';
import { JointRuns } from './joint/joint-runs.js';
import type { KeySpace } from './key-space.js';
import { Failures } from './outage/failures.js';
import { ServerChanges } from './outage/server-changes.js';
import { LossWatch, type SeenRevision } from './outage/loss-watch.js';
import { RedisCheck } from './outage/redis-check.js';
import type { RedisConnection } from './redis-connection.js';
import { type RedisScript, ScriptFallback } from './redis-script.js';
import { type KeyValues, readValues } from './joint/turn-batch.js';
import { Subscribers } from './signals/subscribers.js';
import type { Subscription } from './signals/subscription.js';

type Argument = string | number | Buffer;
type Arguments = readonly Argument[];

/** Settings of a {@link GuardedRedis}. */
export interface GuardedRedisSettings {
  readonly keySpace: KeySpace;
  /** Deadline of one call in milliseconds, connection and redirections included. */
  readonly deadlineMs: number;
  /** Tests only: the clock scripts see instead of the server's. */
  readonly scriptClock?: Clock;
  /** Nothing is told of troubles before {@link GuardedRedis.reported}, so that an outage at boot is one line. */
  readonly isReportedLater?: boolean;
}

/**
 * The only way to Redis: checks that the connection is ready, races each call against a deadline, and turns every
 * failure into `store_unavailable` (503), so that a call neither hangs nor surfaces as a 500 or a 401.
 */
export class GuardedRedis {
  readonly keySpace: KeySpace;
  readonly isCluster: boolean;
  /** Looks after the data, so that a server that comes back with less of it is noticed. */
  readonly losses: LossWatch;
  /** Tells when another server may answer, or the same one with other data. */
  readonly changes: ServerChanges;
  /** For what nobody waits for: the log doesn't count it among the calls that were refused. */
  readonly unasked: UnaskedCalls;
  /** Scripts that leave together with others of the same turn. */
  readonly joint: JointRuns;
  private readonly check: RedisCheck;
  // A connection knows its password, and these are never shown: no accessor leads to one either.
  readonly #connection: RedisConnection;
  readonly #subscribers: Subscribers;
  private readonly failures: Failures;
  /** Where scripts can't run by their SHA-1 alone. */
  private readonly scripts: ScriptFallback;
  /** What this process knows of the data. */
  private readonly seen = new Map<string, SeenRevision>();
  private readonly use: ConnectionUse;

  constructor(
    connection: RedisConnection,
    private readonly settings: GuardedRedisSettings,
  ) {
    this.#connection = connection;
    this.keySpace = settings.keySpace;
    this.isCluster = connection.isCluster === true;
    this.#subscribers = new Subscribers(connection);
    this.changes = new ServerChanges(connection);
    this.failures = new Failures(connection, settings, this.changes.note);
    this.scripts = new ScriptFallback(connection, settings.scriptClock);
    this.use = new ConnectionUse(connection, this.#subscribers);
    this.joint = new JointRuns(this);
    const { keySpace, isCluster } = this;
    const own = { keySpace, isCluster, saw: this.saw.bind(this), evaluate: this.evaluate.bind(this) };
    this.unasked = callsBy((key, send) => this.guard(key, send, false), connection, own);
    // Looking after the data is no use of the connection: it neither wakes it nor keeps it from its rest.
    const unchecked = callsBy((key, send) => this.send(key, send), connection, own);
    this.losses = new LossWatch({ ...unchecked, connection, missed: this.changes.note }, this.seen);
    // Nor is a question how it is doing.
    this.check = new RedisCheck(connection, this.failures, settings.keySpace, (key, command, ...args) =>
      this.send(key, () => connection.call(command, ...args)),
    );
  }

  /** A method, since an inspection may show what accessors answer. */
  rawConnection(): RedisConnection {
    return this.#connection;
  }

  /** What is wrong with Redis, as far as this process sees it. */
  get troubles(): Failures['troubles'] {
    return this.failures.troubles;
  }

  /** Servers that aren't asked at the moment, because they owe an answer. */
  get silentServers(): number {
    return this.failures.silent.known.size;
  }

  /** How Redis is doing, by a question of its own unless that is known. Within the deadline; never rejects. */
  async condition(): Promise<Condition> {
    if (this.use.isClosed) return { status: 'down', reason: 'the app has ended' };
    if (this.use.isResting) return { status: 'down', reason: 'the app is still starting' };
    return this.check.condition();
  }

  /** Operators were told how it is at boot. @param unreachable why it isn't reachable: its refusals need no line of their own */
  reported(unreachable?: string): void {
    this.failures.reported(unreachable);
  }

  /** Deadline of one call in milliseconds. */
  get deadlineMs(): number {
    return this.settings.deadlineMs;
  }

  /** Whether a command would be sent: `wait` is the state of a lazy connection, which connects when it is used. */
  get isUsable(): boolean {
    const { status } = this.#connection;
    return status === 'ready' || status === 'wait';
  }

  /** Time without a call, in milliseconds. */
  get idleMs(): number {
    return this.use.idleMs;
  }

  /** Ends all connections until {@link wake}, or the next call. Only for connections of our own. */
  rest(): void {
    this.use.rest();
  }

  /** Opens them again, and waits as long as a call may take. Never rejects. */
  async wake(): Promise<void> {
    if (!this.use.isResting || this.use.isClosed) return;
    this.use.openAgain();
    await this.ask('ping');
  }

  /** Calls back for each message of a channel, and whenever one may have been missed, until {@link unfollow}. */
  follow(channel: string, onSignal: () => void): Subscription {
    const subscription = this.#subscribers.follow(channel, onSignal);
    this.use.usedAt = performance.now();
    if (this.use.isResting) this.use.openAgain();
    return subscription;
  }

  /** Ends what {@link follow} began. */
  unfollow(subscription: Subscription): void {
    this.#subscribers.leave(subscription);
  }

  /** Ends all connections of {@link follow}, later ones as well, and looks after the connection itself no more: it stays as it is. */
  close(): void {
    this.use.close();
    this.losses.close();
    this.changes.close();
    this.failures.end();
  }

  /** Remembers the number that a reply told of a counter; 0 tells nothing. See {@link LossWatch}. */
  saw(key: string, revision: number): void {
    const known = this.seen.get(key)?.revision ?? 0;
    if (revision >= known && revision > 0) this.seen.set(key, { revision, at: performance.now() });
  }

  /** Sends one native command. @throws AuthError `store_unavailable` */
  call(command: string, ...args: Argument[]): Promise<unknown> {
    return this.guard(args[0], () => this.#connection.call(command, ...args));
  }

  /** What some keys of one slot hold, in their order. @throws AuthError `store_unavailable` */
  async values(keys: readonly string[]): Promise<KeyValues> {
    return (await this.guard(keys[0], () => readValues(this.#connection, keys))) as KeyValues;
  }

  /** Runs a script by its SHA-1, sending the source when the server doesn't know it. @throws AuthError `store_unavailable` */
  run(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    return this.guard(keys[0], () => this.evaluate(script, keys, args));
  }

  /** The reply to a question that may stay without one: what isn't answered, or not permitted, is `undefined` and no trouble. */
  async ask(command: string, ...args: Argument[]): Promise<unknown> {
    const late = (): Error => new Error('late');
    const asked = async (): Promise<unknown> => {
      await this.use.start?.wait();
      return this.#connection.call(command, ...args);
    };
    return withinDeadline(asked, this.settings.deadlineMs, late).catch(() => undefined);
  }

  private checked(key: Argument | undefined, send: () => Promise<unknown>): () => Promise<unknown> {
    const { losses } = this;
    return async () => {
      if (losses.doubtful.size > 0) await losses.settle(key);
      const { suspicions, found } = losses;
      const reply = await send();
      // A client of the host, or of a Cluster, may have sent it once more by itself, to a server that knows less.
      if (losses.suspicions !== suspicions) await losses.settle(key);
      if (losses.found !== found) throw storeUnavailable('Redis lost data meanwhile');
      return reply;
    };
  }

  private async evaluate(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    const { scripts } = this;
    if (scripts.isNeeded) return scripts.run(script, keys, args);
    try {
      return await this.#connection.call('evalsha', script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      return scripts.after(error, script, keys, args);
    }
  }

  private async guard(key: Argument | undefined, send: () => Promise<unknown>, isCounted = true) {
    const { use } = this;
    use.callsUnderWay += 1;
    try {
      if (use.isResting) use.openAgain();
      return await this.send(key, this.checked(key, send));
    } catch (error) {
      if (isCounted) this.failures.count(error);
      throw error;
    } finally {
      use.callsUnderWay -= 1;
      use.usedAt = performance.now();
    }
  }

  private async send<T>(key: Argument | undefined, send: () => Promise<T>): Promise<T> {
    const { failures } = this;
    const start = this.use.start?.isUnderWay === true ? this.use.start : undefined;
    if (!this.isUsable && start === undefined) throw failures.away();
    if (failures.silent.known.size > 0 && failures.silent.has(textOf(key))) throw failures.notAsked();
    const call = { isLate: false, isSlow: false };
    const late = (): AuthError => {
      call.isLate = true;
      return failures.late(textOf(key), this.#connection.status === 'ready');
    };
    const halfway = (): void => {
      call.isSlow = true;
      failures.silent.suspect();
    };
    const ask = start === undefined ? send : () => start.send(call, send);
    // A turn that takes long isn't the server's fault.
    const turn = this.use.writes.begin();
    try {
      const onHalfway = this.isCluster ? halfway : undefined;
      const reply = await withinDeadline(ask, this.settings.deadlineMs, late, onHalfway, turn);
      if (failures.troubles.known.size > 0) failures.troubles.passed();
      return reply;
    } catch (error) {
      throw isAuthError(error) ? error : failures.of(error, call.isSlow ? { key: textOf(key) } : undefined);
    }
  }
}

function textOf(key: Argument | undefined): string | undefined {
  return typeof key === 'string' ? key : undefined;
}
