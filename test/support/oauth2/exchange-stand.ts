import type { Type } from '@nestjs/common';
import { type OAuthClient, TokenService } from 'nestjs-gatehouse';
import { type Answer } from '../app/client.js';
import { AUDIENCE, type Platform } from '../app/start-app.js';
import type { media } from '../app/stores.js';
import { basic } from './oauth-caller.js';
import {
  appSecret,
  confidentialClient,
  type GrantsStand,
  publicClient,
  startGrantsStand,
} from './grants-stand.js';

/** The `grant_type` of a token exchange. */
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** The `…_token_type` of access tokens. */
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** A resource behind {@link gateway}. */
export const BACKEND = 'https://backend.test';

/** Exchanges the tokens of `confidentialClient`. */
export const gateway: OAuthClient = {
  ...confidentialClient,
  id: 'gateway',
  grants: [EXCHANGE, 'client_credentials', 'refresh_token'],
  tokenExchange: { subjectTokensOf: [confidentialClient.id, 'ledger'], audience: [BACKEND] },
};
/** Exchanges what {@link gateway} was given. */
export const ledger: OAuthClient = {
  ...gateway,
  id: 'ledger',
  scope: ['articles:read'],
  tokenExchange: { subjectTokensOf: ['gateway'], actorTokensOf: ['desk'] },
};
/** May be who acts. */
export const desk: OAuthClient = {
  ...confidentialClient,
  id: 'desk',
  grants: [EXCHANGE, 'client_credentials'],
};
/** All of them. */
export const exchangeClients = [confidentialClient, gateway, ledger, desk, publicClient];

type Form = Readonly<Record<string, string>>;

/** The access token of an answer. */
export const tokenOf = ({ body }: Answer): string => String(body['access_token']);
/** Parameters that name who acts. */
export const acting = (token: string) => ({ actor_token: token, actor_token_type: ACCESS_TOKEN });

/** An app whose clients exchange tokens. */
export class ExchangeStand {
  private constructor(readonly stand: GrantsStand) {}

  static async start(place: {
    readonly platform: Platform;
    readonly medium: (typeof media)[number];
  }): Promise<ExchangeStand> {
    const options = { audience: [AUDIENCE, BACKEND] };
    const oauth = { tokenExchange: true };
    return new ExchangeStand(
      await startGrantsStand({ ...place, logger: false, clients: exchangeClients, options, oauth }),
    );
  }

  send(clientId: string, form: Form): Promise<Answer> {
    return this.stand.one.token(form, { header: basic(clientId, appSecret.secret) });
  }

  exchange(clientId: string, subjectToken: string, form: Form = {}): Promise<Answer> {
    const shown = { subject_token: subjectToken, subject_token_type: ACCESS_TOKEN };
    return this.send(clientId, { grant_type: EXCHANGE, ...shown, ...form });
  }

  async machineToken(clientId: string): Promise<string> {
    return tokenOf(await this.send(clientId, { grant_type: 'client_credentials' }));
  }

  /** Whether the instance that didn't make a token accepts it. */
  async isGood(token: string): Promise<boolean> {
    return (await this.stand.other.get('/auth/me', token)).status === 200;
  }

  /** Whom a token speaks for. */
  async principalOf(token: string) {
    return this.service(TokenService).verify(token);
  }

  service<T>(type: Type<T>): T {
    return this.stand.app.app.get<T>(type);
  }
}
