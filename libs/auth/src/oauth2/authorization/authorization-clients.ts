import { Injectable } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';
import { findClient } from '../clients/client-finder.js';
import { ClientRegistry } from '../clients/client-registry.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { isRegistered } from './redirect-uri.js';

/** Finds the client that an answer is for. Until its redirect URI is known to be its own, nothing may be sent there (RFC 6749 §4.1.2.1). */
@Injectable()
export class AuthorizationClients {
  constructor(private readonly registry: ClientRegistry) {}

  /**
   * The client as it is registered now.
   * @throws AuthError `invalid_request` when it isn't, or not with this redirect URI; `store_unavailable`
   */
  async find(clientId: string | undefined, redirectUri: string | undefined): Promise<OAuthClient> {
    if (clientId === undefined) throw refusal('client_id is missing');
    const client = await findClient(this.registry, clientId);
    if (client === undefined) throw refusal('there is no such client');
    if (redirectUri === undefined) throw refusal('redirect_uri is missing');
    if (!isRegistered(redirectUri, client.redirectUris))
      throw refusal('redirect_uri is none that the client registered');
    return client;
  }
}

function refusal(detail: string): AuthError {
  return new AuthError('invalid_request', { detail });
}
