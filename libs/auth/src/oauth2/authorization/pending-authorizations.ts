import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';
import { Clock } from '../../kernel/clock.js';
import { constantTimeEqual, digest, randomId } from '../../kernel/opaque.js';
import { OneTimeValueStore } from '../../one-time-values/one-time-value.store.js';
import { LastingSecret } from '../../secret/lasting-secret.js';
import type { CheckedAuthorization } from './authorization-check.js';

/** An authorization request that waits for the host. */
export interface PendingAuthorization extends CheckedAuthorization {
  readonly id: string;
  /** Hash of what the browser that began it has in its cookie. */
  readonly browser: string;
  /** Epoch ms. */
  readonly begunAt: number;
  readonly expiresAt: number;
}

const LIFETIME_MS = 10 * 60_000;
// Clocks of instances differ: one that is slow still takes a handle that others take for expired.
const REMEMBERED_MS = 2 * LIFETIME_MS;
// It travels in an address, where some stop at 8 KiB.
const LONGEST_HANDLE = 6144;
const ID_BYTES = 16;
const FORMAT = 'v1';

/** Authorization requests that wait for the host: each is in its own handle, under a MAC of the lasting secret, and in no store. */
@Injectable()
export class PendingAuthorizations {
  readonly #keys: readonly Buffer[];

  constructor(
    secret: LastingSecret,
    private readonly clock: Clock,
    private readonly used: OneTimeValueStore,
  ) {
    this.#keys = secret.keysFor('interaction-state');
  }

  /**
   * Begins to wait.
   * @param browser what the cookie of the browser says
   * @throws AuthError `invalid_request` when the request is too long to travel
   */
  begin(
    request: CheckedAuthorization,
    browser: string,
  ): { readonly handle: string; readonly expiresAt: number } {
    const begunAt = this.clock.now();
    const expiresAt = begunAt + LIFETIME_MS;
    const pending: PendingAuthorization = {
      ...request,
      id: randomId(ID_BYTES),
      browser: digest(browser),
      begunAt,
      expiresAt,
    };
    const [newest] = this.#keys;
    if (newest === undefined) throw new TypeError('no MAC key');
    const body = Buffer.from(JSON.stringify(pending)).toString('base64url');
    const handle = `${FORMAT}.${body}.${macOf(newest, body)}`;
    if (handle.length > LONGEST_HANDLE)
      throw new AuthError('invalid_request', { detail: 'the authorization request is too long' });
    return { handle, expiresAt };
  }

  /**
   * What waits under a handle, as far as that is told without the store: whether it was used, only using it tells.
   * @param browsers what the cookies of the browser say
   * @throws AuthError `invalid_request` unless it is ours, of this browser, and not expired
   */
  recall(handle: unknown, browsers: readonly string[], now: number = this.clock.now()): PendingAuthorization {
    const pending = this.authentic(handle);
    if (pending === undefined) throw refusal('there is no such authorization request');
    if (now >= pending.expiresAt) throw refusal('the authorization request has expired');
    // Whoever finds a handle in an address has not the cookie.
    if (!browsers.some((each) => constantTimeEqual(digest(each), pending.browser)))
      throw refusal('another browser began the authorization request, or this one keeps no cookies');
    return pending;
  }

  /** Tells whoever looks that it is too late; decides nothing. @throws AuthError `invalid_request`, `store_unavailable` */
  async refuseUsed({ id }: PendingAuthorization): Promise<void> {
    if (await this.used.wasUsed(nameOf(id))) throw wasAnswered();
  }

  /** Answers a request. Atomic: of any number of callers one does. @throws AuthError `invalid_request`, `store_unavailable` */
  async useUp({ id }: PendingAuthorization): Promise<void> {
    const verdict = await this.used.use(nameOf(id), REMEMBERED_MS);
    if (verdict === 'replayed') throw wasAnswered();
  }

  private authentic(handle: unknown): PendingAuthorization | undefined {
    if (typeof handle !== 'string' || handle.length > LONGEST_HANDLE) return undefined;
    const [format, body = '', mac = '', ...rest] = handle.split('.');
    if (format !== FORMAT || rest.length > 0) return undefined;
    if (!this.#keys.some((key) => constantTimeEqual(macOf(key, body), mac))) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as PendingAuthorization;
  }
}

function macOf(key: Buffer, body: string): string {
  return createHmac('sha256', key).update(`authorization request ${FORMAT}.${body}`).digest('base64url');
}

function nameOf(id: string): string {
  return `authorization request ${id}`;
}

function wasAnswered(): AuthError {
  return refusal('the authorization request was answered already');
}

function refusal(detail: string): AuthError {
  return new AuthError('invalid_request', { detail });
}
