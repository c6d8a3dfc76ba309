import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import type { Recheck } from '../context/socket-caller.js';
import { AuthError, storeUnavailable } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { API_KEY_SCHEME, credentialNameOf, type Principal } from '../kernel/principal.js';
import { refusalOf } from './socket-refusal.js';

/** Ends a socket, telling its client why. */
export type CloseSocket = (reason: AuthError) => void;

/** Whom a socket was opened for, and how that is checked again. */
interface Watched {
  readonly principal: Principal;
  readonly recheck: Recheck;
}

interface LiveSocket extends Watched {
  readonly close: CloseSocket;
  expiry: NodeJS.Timeout | undefined;
  /** Epoch ms. */
  checkedAt: number;
}

// A longer timeout would fire at once.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const CHECKS_AT_ONCE = 256;
/** Rounds that may fail for want of a store, before a socket that can't be vouched for is closed. */
const BLIND_ROUNDS = 12;

/**
 * The authenticated sockets of this process. Each is closed when its token expires, by a timer of its own, or is revoked:
 * at once where this process ended the session or key or refused its tokens, else with the next round of checks. One timer starts
 * the rounds, one check serves all sockets of a token (or other credential), and none of this keeps the process alive.
 */
@Injectable()
export class LiveSockets implements OnApplicationShutdown {
  /** By the id of the session, or of the token or key where there is none. */
  private readonly sockets = new Map<string, Set<LiveSocket>>();
  private readonly unsubscribe: readonly (() => void)[];
  private round: NodeJS.Timeout | undefined;
  private isChecking = false;
  private isClosed = false;

  constructor(
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
    events: AuthEvents,
  ) {
    const ended = (['session.revoked', 'session.evicted', 'refresh.reuse'] as const).map((event) =>
      events.on(event, ({ sessionId, subject }) =>
        this.endOf(subject, sessionId, (principal) => principal.sessionId === sessionId),
      ),
    );
    const withdrawn = events.on('api-key.revoked', ({ keyId, subject }) =>
      this.endOf(subject, keyId, ({ scheme }) => scheme === API_KEY_SCHEME),
    );
    const expired = events.on('access-tokens.expired', ({ subject }) => this.checkSubject(subject));
    this.unsubscribe = [...ended, withdrawn, expired];
  }

  /** Number of sockets that are watched. */
  get size(): number {
    let size = 0;
    for (const sockets of this.sockets.values()) size += sockets.size;
    return size;
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    for (const stop of this.unsubscribe) stop();
    for (const sockets of this.sockets.values()) for (const socket of sockets) this.forget(socket);
  }

  /** Watches a socket from now on. Call the returned function when it has closed. */
  watch({ principal, recheck }: Watched, close: CloseSocket): () => void {
    const checkedAt = this.clock.elapsed();
    const socket: LiveSocket = { principal, recheck, close, expiry: undefined, checkedAt };
    const key = keyOf(principal);
    this.sockets.set(key, (this.sockets.get(key) ?? new Set()).add(socket));
    this.awaitExpiry(socket);
    this.scheduleRound();
    return () => this.forget(socket);
  }

  private awaitExpiry(socket: LiveSocket): void {
    const remainingMs = socket.principal.expiresAt - this.clock.now();
    const expire = (): void => {
      if (this.clock.now() < socket.principal.expiresAt) this.awaitExpiry(socket);
      else this.end([socket], new AuthError('invalid_token', { detail: 'the token has expired' }));
    };
    socket.expiry = setTimeout(expire, Math.min(Math.max(remainingMs, 0), LONGEST_TIMEOUT_MS)).unref();
  }

  private scheduleRound(): void {
    if (this.round !== undefined || this.isChecking || this.isClosed || this.sockets.size === 0) return;
    this.round = setTimeout(() => void this.checkAll(), this.settings.socketCheckIntervalMs).unref();
  }

  private async checkAll(): Promise<void> {
    this.round = undefined;
    this.isChecking = true;
    await this.checkEach(this.all());
    this.isChecking = false;
    this.scheduleRound();
  }

  // Those that authenticated with a fresh token meanwhile stay.
  private checkSubject(subject: string): Promise<void> {
    return this.checkEach(this.all().filter(({ principal }) => principal.subject === subject));
  }

  private async checkEach(sockets: readonly LiveSocket[]): Promise<void> {
    const ofOneToken = [...groupedByCredential(sockets)];
    for (let at = 0; at < ofOneToken.length; at += CHECKS_AT_ONCE)
      await Promise.all(ofOneToken.slice(at, at + CHECKS_AT_ONCE).map((some) => this.check(some)));
  }

  private all(): readonly LiveSocket[] {
    return [...this.sockets.values()].flatMap((sockets) => [...sockets]);
  }

  private async check(sockets: readonly [LiveSocket, ...LiveSocket[]]): Promise<void> {
    const startedAt = this.clock.elapsed();
    try {
      await sockets[0].recheck();
      for (const socket of sockets) socket.checkedAt = startedAt;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.entry.status < 500) return this.end(sockets, refusal);
      // A short outage throws nobody out; but a socket isn't trusted for ever because nobody can be asked.
      const longestMs = BLIND_ROUNDS * this.settings.socketCheckIntervalMs;
      const blind = sockets.filter(({ checkedAt }) => startedAt - checkedAt > longestMs);
      this.end(blind, storeUnavailable('revocations of this socket could not be checked'));
    }
  }

  /** Ends what of those with an id is meant: other subjects, and credentials of other kinds, may have the same. */
  private endOf(subject: string, id: string, isMeant: (principal: Principal) => boolean): void {
    const withId = [...(this.sockets.get(id) ?? [])];
    const meant = withId.filter(({ principal }) => principal.subject === subject && isMeant(principal));
    this.end(meant, revoked());
  }

  private end(sockets: readonly LiveSocket[], reason: AuthError): void {
    for (const socket of sockets) if (this.forget(socket)) socket.close(reason);
  }

  /** Whether it was watched. */
  private forget(socket: LiveSocket): boolean {
    clearTimeout(socket.expiry);
    const key = keyOf(socket.principal);
    const siblings = this.sockets.get(key);
    if (siblings?.delete(socket) !== true) return false;
    if (siblings.size === 0) this.sockets.delete(key);
    if (this.sockets.size === 0) {
      clearTimeout(this.round);
      this.round = undefined;
    }
    return true;
  }
}

function keyOf({ sessionId, tokenId }: Principal): string {
  return sessionId ?? tokenId;
}

function groupedByCredential(sockets: readonly LiveSocket[]): Iterable<[LiveSocket, ...LiveSocket[]]> {
  const groups = new Map<string, [LiveSocket, ...LiveSocket[]]>();
  for (const socket of sockets) {
    const key = credentialNameOf(socket.principal);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [socket]);
    else group.push(socket);
  }
  return groups.values();
}

function revoked(): AuthError {
  return new AuthError('invalid_token', { detail: 'the token was revoked' });
}
