import { Controller, Get } from '@nestjs/common';
import { CurrentUser, type OAuthClient, OptionalAuth, RequireDPoP } from 'nestjs-gatehouse';
import type { Platform } from '../app/start-app.js';
import type { media } from '../app/stores.js';
import { TestInteraction, webClient } from '../oauth2/authorizations.js';
import { television } from '../oauth2/device-stand.js';
import { EXCHANGE } from '../oauth2/exchange-stand.js';
import {
  appSecret,
  confidentialClient,
  type GrantsStand,
  publicClient,
  startGrantsStand,
} from '../oauth2/grants-stand.js';
import { basic } from '../oauth2/oauth-caller.js';
import { DPoPCaller } from './dpop-caller.js';
import { holder } from './proofs.js';

const spa: OAuthClient = { ...publicClient, grants: ['refresh_token', 'password'], isFirstParty: true };
const gateway: OAuthClient = {
  id: 'gateway',
  secretHashes: [appSecret.hash],
  grants: [],
  scope: [],
  mayIntrospect: true,
};

const exchanger: OAuthClient = {
  ...confidentialClient,
  grants: [...confidentialClient.grants, EXCHANGE],
};

/** Gets tokens that are bound to a key only. */
export const vault: OAuthClient = { ...confidentialClient, id: 'vault', dpopBoundAccessTokens: true };

/** Credentials of the confidential client, and of one that may introspect. */
export const client = basic(confidentialClient.id, appSecret.secret);
export const gatewayClient = basic(gateway.id, appSecret.secret);
/** What names the public client. */
export const ofSpa = { client_id: spa.id };
/** Forms of the grants. */
export const credentials = { grant_type: 'client_credentials' };
export const password = { grant_type: 'password', username: 'demo', password: 'demo-password' };
/** Where proofs for the token endpoint go. */
export const TOKEN_URL = 'https://auth.test/oauth/token';

@Controller('routes')
class Routes {
  @Get('plain')
  plain(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @RequireDPoP()
  @Get('bound')
  bound(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @OptionalAuth()
  @Get('optional')
  optional(@CurrentUser('subject') subject: string | undefined): string {
    return subject ?? 'nobody';
  }
}

/** Two instances that take proofs, and who calls them. */
export interface DPoPStand extends GrantsStand {
  /** Who holds the key, at either instance. */
  readonly ada: DPoPCaller;
  readonly adaThere: DPoPCaller;
  /** Who holds another one. */
  readonly thief: DPoPCaller;
  boundToken(): Promise<string>;
  /** Tokens of a user for the public client, bound to the key. */
  login(): Promise<Record<string, string>>;
}

/** Starts them. */
export async function startDPoPStand(shape: {
  readonly platform: Platform;
  readonly medium: (typeof media)[number];
}): Promise<DPoPStand> {
  const stand = await startGrantsStand({
    ...shape,
    controllers: [Routes],
    clients: [exchanger, spa, webClient, television, gateway, vault],
    options: { dpop: true },
    oauth: {
      dangerouslyAllowPasswordGrant: true,
      tokenExchange: true,
      interaction: TestInteraction,
      deviceAuthorization: { verificationUri: '/device' },
    },
    logger: ['error'],
  });
  const key = holder();
  const ada = new DPoPCaller(stand.one.url, key);
  return {
    ...stand,
    ada,
    adaThere: new DPoPCaller(stand.other.url, key),
    thief: new DPoPCaller(stand.one.url, holder()),
    boundToken: async () => String((await ada.ask(credentials, { client })).body['access_token']),
    login: async () => (await ada.ask({ ...password, ...ofSpa })).body as Record<string, string>,
  };
}
