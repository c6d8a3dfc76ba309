import { type AuthError, isAuthError, storeUnavailable } from '../../kernel/auth-error.js';
import type { KeySpace } from '../key-space.js';
import type { RedisConnection } from '../redis-connection.js';
import { LastError } from './last-error.js';
import { kindOf, meaningOf, reasonOf } from './reply-errors.js';
import { SilentServers } from './silent-servers.js';
import { Troubles } from './troubles.js';

// One kind: a server that hangs is often one without a connection a little later.
const OUTAGE = 'outage';
const READONLY = 'READONLY';
// A client leaves a read-only server on purpose, and is back with it, or with another one, within this time.
const LEFT_FOR_MS = 2_000;

interface FailuresSettings {
  readonly deadlineMs: number;
  readonly keySpace: KeySpace;
  readonly isReportedLater?: boolean | undefined;
}

/** Every way in which a call to Redis fails, as the refusal (503) that the caller gets and as a trouble for operators. */
export class Failures {
  readonly troubles: Troubles;
  /** Servers that aren't asked at the moment. */
  readonly silent: SilentServers;
  private readonly lastError: LastError;
  private readonly deadlineMs: number;
  /** Of each refusal the trouble that it belongs to. */
  private readonly kinds = new WeakMap<AuthError, string>();
  private readOnlyAt = Number.NEGATIVE_INFINITY;
  private isEnded = false;

  constructor(
    connection: RedisConnection,
    { deadlineMs, keySpace, isReportedLater }: FailuresSettings,
    /** Told of a server that is a replica now. */
    private readonly onDemoted: () => void,
  ) {
    this.deadlineMs = deadlineMs;
    this.troubles = new Troubles(isReportedLater);
    this.silent = new SilentServers(connection, deadlineMs, keySpace);
    this.lastError = LastError.of(connection);
  }

  /** There is no connection. */
  away(): AuthError {
    const error = this.lastError.current;
    if (error === undefined) return this.lost('no connection');
    // The log may name the server; the error may be shown by others.
    return this.lost(`no connection (${reasonOf(error)})`, { detail: `no connection (${kindOf(error)})` });
  }

  /** A call got no answer in time, or no connection was made in it; from now on its server is silent. */
  late(key: string | undefined, isConnected: boolean): AuthError {
    this.silent.add(key);
    if (!isConnected) return this.away();
    return this.outage(`a call got no answer within ${this.deadlineMs} ms`);
  }

  /** The call isn't made, because its server is silent. */
  notAsked(): AuthError {
    return this.outage('it still does not answer');
  }

  /**
   * What a call rejected with: an error that Redis replied, or one of the connection.
   * @param slow a call that has waited for half its deadline: a client of a Cluster tries on and on to find a server that is gone
   */
  of(error: unknown, slow?: { readonly key: string | undefined }): AuthError {
    const reply = meaningOf(error);
    if (reply === undefined) {
      if (slow !== undefined) this.silent.add(slow.key);
      return this.broken(error);
    }
    if (reply.code === READONLY) {
      this.readOnlyAt = performance.now();
      this.onDemoted();
    }
    return this.refusal(
      reply.code,
      { reason: `${reply.code}: ${reply.meaning}`, isOutage: false },
      { cause: error },
    );
  }

  /** A call of somebody was refused with this. */
  count(refusal: unknown): void {
    const kind = isAuthError(refusal) ? this.kinds.get(refusal) : undefined;
    if (kind !== undefined) this.troubles.count(kind);
  }

  /** The boot's report was made. @param unreachable why there is no connection, if that is what it said: the same outage */
  reported(unreachable: string | undefined): void {
    if (this.isEnded) return;
    if (unreachable !== undefined) this.troubles.noteTold(OUTAGE, { reason: unreachable, isOutage: true });
    this.troubles.tellAll();
  }

  /** Looks after the connection no more; what fails from now on is the end of the app, and no trouble. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    // No report will come.
    this.troubles.tellAll();
    this.silent.end();
    this.lastError.release();
  }

  /** A call was under way when the connection was lost. */
  private broken(cause: unknown): AuthError {
    const detail = 'the connection was lost';
    const { said } = this.lastError;
    return this.lost(said === undefined ? detail : `${detail} (${reasonOf(said)})`, { cause, detail });
  }

  private outage(reason: string): AuthError {
    return this.refusal(OUTAGE, { reason, isOutage: true }, {});
  }

  /** The connection is gone: that is an outage, unless the client left a server that takes no writes just now. */
  private lost(reason: string, refused: Refused = { detail: reason }): AuthError {
    const isLeaving = performance.now() - this.readOnlyAt < LEFT_FOR_MS && this.troubles.known.has(READONLY);
    return this.refusal(isLeaving ? READONLY : OUTAGE, { reason, isOutage: true }, refused);
  }

  private refusal(
    kind: string,
    trouble: { readonly reason: string; readonly isOutage: boolean },
    { cause, detail = trouble.reason }: Refused,
  ): AuthError {
    if (!this.isEnded) this.troubles.note(kind, trouble);
    const refusal = storeUnavailable(`Redis: ${detail}`, { cause, isReported: !this.isEnded });
    this.kinds.set(refusal, kind);
    return refusal;
  }
}

/** What a refusal says to who is refused. */
interface Refused {
  readonly cause?: unknown;
  readonly detail?: string;
}
