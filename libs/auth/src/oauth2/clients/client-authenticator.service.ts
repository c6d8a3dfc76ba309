import { Injectable } from '@nestjs/common';
import { AuthError, isAuthError } from '../../kernel/auth-error.js';
import { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ClientAssertions } from '../assertions/client-assertions.service.js';
import { findClient } from './client-finder.js';
import { ClientRegistry } from './client-registry.js';
import { isSecretOf } from './client-secret.js';
import { methodsOf, type OAuthClient } from './oauth-client.js';
import { type PresentedClient, presentedClientOf } from './presented-client.js';

/** Finds out which client sent a request (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly registry: ClientRegistry,
    private readonly throttle: CredentialThrottle,
    private readonly assertions: ClientAssertions,
  ) {}

  /**
   * The client behind a request. Whatever is wrong with its credentials costs the same and is answered the same.
   * @throws AuthError `invalid_client`, `invalid_request` for two ways to authenticate, `quota_exceeded`, `store_unavailable`
   */
  async authenticate(request: OAuthRequest): Promise<OAuthClient> {
    const presented = presentedClientOf(request);
    const { clientId, method } = presented;
    const found = await findClient(this.registry, clientId);
    return method === 'none'
      ? this.admit(found, presented)
      : this.withinBudget(clientId, request.ip, () => this.admit(found, presented));
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
