import { Injectable } from '@nestjs/common';
import { originOfDevice } from '../../context/callers/origin-of.js';
import { AuthError, isAuthError } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ClientAssertions } from '../assertions/client-assertions.service.js';
import { findClient } from './client-finder.js';
import { ClientRegistry } from './client-registry.js';
import { isSecretOf } from './client-secret.js';
import { methodsOf, type OAuthClient } from './oauth-client.js';
import { type PresentedClient, presentedClientOf } from './presented-client.js';

/** What is asked of an endpoint, and of which one. */
interface ServedRequest {
  readonly endpoint: string;
  readonly request: OAuthRequest;
}

/** What a client is told in the course of things: nobody did anything wrong, or nothing was decided. */
const UNTOLD: ReadonlySet<string> = new Set([
  'authorization_pending',
  'slow_down',
  'use_dpop_nonce',
  'store_unavailable',
]);

/** Finds out which client sent a request (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly registry: ClientRegistry,
    private readonly throttle: CredentialThrottle,
    private readonly assertions: ClientAssertions,
    private readonly events: AuthEvents,
  ) {}

  /**
   * The client behind a request. Whatever is wrong with its credentials costs the same and is answered the same.
   * @throws AuthError `invalid_client`, `invalid_request` for two ways to authenticate, `quota_exceeded`, `store_unavailable`
   */
  async authenticate(request: OAuthRequest): Promise<OAuthClient> {
    let found: OAuthClient | undefined;
    try {
      const presented = presentedClientOf(request);
      const { clientId, method } = presented;
      found = await findClient(this.registry, clientId);
      return await (method === 'none'
        ? this.admit(found, presented)
        : this.withinBudget(clientId, request.ip, () => this.admit(found, presented)));
    } catch (error) {
      this.tellUnknown(error, request, found?.id);
      throw error;
    }
  }

  /** Does what an authenticated client asks for, and tells of what it is refused. @throws what `work` throws */
  async serve<T>(client: OAuthClient, at: ServedRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.tellRefused(error, client, at);
      throw error;
    }
  }

  /** Of what was sent as a client id only one that there is: anything may stand in its place, a secret, too. */
  private tellUnknown(error: unknown, { device }: OAuthRequest, clientId: string | undefined): void {
    if (!isAuthError(error) || !['invalid_client', 'quota_exceeded'].includes(error.code)) return;
    const { code, reason } = error;
    const quiet = { key: `${device.ip} ${code}` };
    const origin = () => originOfDevice(device);
    this.events.emitSeldom('client.authentication_failed', { clientId, code, reason }, quiet, origin);
  }

  private tellRefused(
    error: unknown,
    { id: clientId }: OAuthClient,
    { endpoint, request }: ServedRequest,
  ): void {
    if (!isAuthError(error) || UNTOLD.has(error.code)) return;
    const { code } = error;
    const { device } = request;
    const quiet = { key: `${clientId} ${device.ip} ${code}` };
    this.events.emitSeldom('oauth.refused', { endpoint, clientId, code }, quiet, () =>
      originOfDevice(device),
    );
  }

  /** Guesses are counted before anything is compared, whether or not there is such a client. */
  private async withinBudget<T>(
    clientId: string,
    ip: string | undefined,
    check: () => Promise<T>,
  ): Promise<T> {
    const attempt = await this.throttle.begin(`client:${clientId}`, ip);
    try {
      const client = await check();
      await attempt.succeeded();
      return client;
    } catch (error) {
      const isWrong = isAuthError(error) && error.code === 'invalid_client';
      await (isWrong ? attempt.failed() : attempt.abandoned());
      throw error;
    }
  }

  /** @throws AuthError `invalid_client` */
  private async admit(found: OAuthClient | undefined, presented: PresentedClient): Promise<OAuthClient> {
    const { method } = presented;
    // From here on a client that is to authenticate otherwise is as good as none, and costs as much.
    const client = found !== undefined && methodsOf(found).includes(method) ? found : undefined;
    const problem = await this.problemOf(presented, client);
    if (client !== undefined && problem === undefined) return client;
    throw new AuthError('invalid_client', {
      detail:
        found === undefined
          ? 'there is no such client'
          : (problem ?? `it does not authenticate by ${method}`),
    });
  }

  private async problemOf(
    presented: PresentedClient,
    client: OAuthClient | undefined,
  ): Promise<string | undefined> {
    if (presented.method === 'private_key_jwt') return this.assertions.problemOf(presented.assertion, client);
    const isProven = isSecretOf(presented.secret, client?.secretHashes ?? []);
    return isProven || presented.method === 'none' ? undefined : 'the secret is wrong';
  }
}
