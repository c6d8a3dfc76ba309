import { isAuthError } from '../../kernel/auth-error.js';
import type { Condition } from '../../kernel/condition.js';
import type { KeySpace } from '../key-space.js';
import type { RedisConnection } from '../redis-connection.js';
import type { Failures } from './failures.js';
import { meaningOf } from './reply-errors.js';
import { keyOfEachServer } from './server-of.js';

/** Sends one command within the deadline. @throws AuthError `store_unavailable` */
export type Ask = (key: string, command: string, ...args: string[]) => Promise<unknown>;

/** What is wrong with one server. */
interface Finding {
  readonly canRead: boolean;
  readonly reason: string;
  /** Of the trouble that it is. */
  readonly kind: string;
}

// However many ask: orchestrators, load balancers, and whoever finds the address.
const ASKED_EVERY_MS = 1_000;
// A client leaves a read-only server once a second, and is soon back.
const LEFT_FOR_MS = 2_000;
// Troubles that concern every command, or every write: answers to both show that they are over.
const OF_EVERY_WRITE =
  'READONLY OOM MISCONF NOREPLICAS BUSY LOADING MASTERDOWN CLUSTERDOWN NOAUTH WRONGPASS'.split(' ');

/**
 * Asks each server whether it reads and writes, so that a process without calls notices an outage as well. Questions at the
 * same time are one, and one is asked each second at most, unless one fell silent or answers again. A server that is known
 * to be silent isn't asked.
 */
export class RedisCheck {
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  private asking: Promise<Condition> | undefined;
  private latest: { readonly condition: Condition; readonly at: number; readonly state: string } | undefined;

  constructor(
    connection: RedisConnection,
    private readonly failures: Failures,
    private readonly keySpace: KeySpace,
    private readonly ask: Ask,
  ) {
    this.#connection = connection;
  }

  /** Never rejects. */
  condition(): Promise<Condition> {
    const { latest } = this;
    const isKnown = latest !== undefined && performance.now() - latest.at < ASKED_EVERY_MS;
    if (isKnown && latest.state === this.state) return Promise.resolve(latest.condition);
    this.asking ??= this.askAll().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** What is known without a question. Not the state of the connection: a client that leaves a read-only server is soon back. */
  private get state(): string {
    const { known } = this.failures.silent;
    return [known.size, ...known.keys()].join(' ');
  }

  /** A server that takes no writes and isn't silent: a client that has no connection to it may have left it just now. */
  private get isLeaving(): boolean {
    const { silent, troubles } = this.failures;
    return silent.known.size === 0 && troubles.known.has('READONLY');
  }

  private async askAll(): Promise<Condition> {
    const keyOf = (number: number): string => this.keySpace.key(`health-${number}`, 'check');
    const keys = [...keyOfEachServer(this.#connection, keyOf).values()];
    const findings = await Promise.all(keys.map((key) => this.askServer(key)));
    const condition = this.conditionOf(findings);
    if (condition.status === 'down' && this.isLeaving) {
      // Not remembered: the next question would come when it is left the next time.
      const { latest } = this;
      const isRecent = latest !== undefined && performance.now() - latest.at < LEFT_FOR_MS;
      return isRecent && latest.condition.status === 'degraded' ? latest.condition : condition;
    }
    this.latest = { condition, at: performance.now(), state: this.state };
    return condition;
  }

  /**
   * Reads, and writes what isn't written: `SET … XX` of a key that is never there changes nothing, and is refused whenever a
   * login would be. It comes second, because a client leaves a server that takes no writes.
   */
  private async askServer(key: string): Promise<Finding | undefined> {
    const [read, write] = await Promise.allSettled([
      this.ask(key, 'get', key),
      this.ask(key, 'set', key, '', 'xx'),
    ]);
    if (read.status === 'rejected') return findingOf(read.reason, false);
    return write.status === 'rejected' ? findingOf(write.reason, true) : undefined;
  }

  private conditionOf(findings: readonly (Finding | undefined)[]): Condition {
    const wrong = findings.filter((finding) => finding !== undefined);
    const away = wrong.filter(({ canRead }) => !canRead);
    const [worst] = [...away, ...wrong];
    if (worst === undefined) return this.asCallsSay();
    const { kind, reason } = worst;
    const since = this.failures.troubles.known.get(kind)?.since;
    return {
      status: away.length === findings.length ? 'down' : 'degraded',
      reason: findings.length === 1 ? reason : `${reason} (${wrong.length} of ${findings.length} servers)`,
      ...(since !== undefined && { since }),
    };
  }

  /** Questions were answered, but other calls may be refused: some commands only, or every now and then. */
  private asCallsSay(): Condition {
    for (const [kind, { isOutage, reason, since }] of this.failures.troubles.known) {
      if (isOutage) return { status: 'degraded', reason: 'Redis: calls were refused a moment ago', since };
      if (!OF_EVERY_WRITE.includes(kind)) return { status: 'degraded', reason: `Redis: ${reason}`, since };
    }
    return { status: 'up' };
  }
}

function findingOf(error: unknown, hasRead: boolean): Finding {
  const reply = isAuthError(error) ? meaningOf(error.occurrence.cause) : undefined;
  const reason = isAuthError(error) ? error.reason : "Redis: it can't be asked";
  return { reason, kind: reply?.code ?? 'outage', canRead: hasRead && reply !== undefined };
}
