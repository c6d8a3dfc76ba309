import { Injectable } from '@nestjs/common';
import { AuthorizationAnswers } from './authorization-answers.js';
import { AuthorizationCheck, stateOf } from './authorization-check.js';
import { AuthorizationClients } from './authorization-clients.js';
import { AuthorizationHandover } from './authorization-handover.js';
import type { AuthorizationParameters } from './authorization-parameters.js';

/** Begins the authorization of a client by a user (RFC 6749 §4.1.1). */
@Injectable()
export class AuthorizationEndpoint {
  constructor(
    private readonly clients: AuthorizationClients,
    private readonly check: AuthorizationCheck,
    private readonly handover: AuthorizationHandover,
    private readonly answers: AuthorizationAnswers,
  ) {}

  /**
   * Where the browser goes next: to the host, or back to the client with what is wrong.
   * @param browser what tells the browser from others
   * @throws AuthError `invalid_request`, `store_unavailable` while nobody knows whether the redirect URI is the client's
   */
  async answer(parameters: AuthorizationParameters, browser: string): Promise<string> {
    const redirectUri = parameters.read('redirect_uri');
    const client = await this.clients.find(parameters.read('client_id'), redirectUri);
    const addressee = { redirectUri: redirectUri ?? '', state: stateOf(parameters) };
    try {
      const checked = this.check.read(client, addressee.redirectUri, parameters);
      return await this.handover.begin(client, checked, browser);
    } catch (error) {
      return this.answers.refusal(addressee, error);
    }
  }
}
