import { generateKeyPairSync } from 'node:crypto';
import { type AuthModuleOptions, type OAuthClient, createClientSecret } from 'nestjs-gatehouse';
import { AUDIENCE, type Platform, type RunningApp, startApp } from '../../support/app/start-app.js';
import { ConsentController, TestInteraction } from '../../support/oauth2/authorizations.js';
import { freePort, LOOPBACK } from '../../support/redis/free-port.js';

const { secret, hash } = createClientSecret();
/** Other parties verify our tokens, so they are signed with a key pair. */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** A client that has a space in its id, which clients have to encode. */
export const CLIENT = { id: 'reader app', secret, redirectUri: 'http://127.0.0.1:1/callback' } as const;
export { AUDIENCE };

const client: OAuthClient = {
  id: CLIENT.id,
  secretHashes: [hash],
  grants: ['authorization_code', 'client_credentials', 'password', 'refresh_token'],
  scope: ['articles:read', 'articles:write'],
  redirectUris: [CLIENT.redirectUri],
  isFirstParty: true,
  mayIntrospect: true,
};

const { secretHashes: _none, mayIntrospect: _no, ...openClient } = client;
const publicClient: OAuthClient = {
  ...openClient,
  id: 'pocket reader',
  grants: ['authorization_code', 'refresh_token'],
};

/** A client that keeps none, as an app on a phone. */
export const PUBLIC_CLIENT = { ...CLIENT, id: 'pocket reader', secret: '', isPublic: true } as const;

/**
 * An app whose issuer is where it listens, so that libraries find it.
 * @param more options, by where that is
 */
export async function startClientStand(
  platform: Platform,
  more: (url: string) => Partial<AuthModuleOptions> = () => ({}),
): Promise<RunningApp> {
  const port = await freePort();
  const issuer = `http://${LOOPBACK}:${port}`;
  return startApp({
    platform,
    port,
    logger: false,
    controllers: [ConsentController],
    options: {
      issuer,
      keys: { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      throttler: false,
      ...more(issuer),
    },
    extras: {
      oauth: {
        clients: [client, publicClient],
        dangerouslyAllowPasswordGrant: true,
        interaction: { useValue: new TestInteraction() },
      },
    },
  });
}

/** Goes from page to page as a browser does, until it is called back. */
export async function browse(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  for (let at = url; ;) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(at, { headers: { cookie }, redirect: 'manual' });
    if (answer.status !== 303) throw new Error(`${at} answered ${answer.status}: ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    at = new URL(answer.headers.get('location') ?? '', at).href;
    if (at.startsWith(CLIENT.redirectUri)) return at;
  }
}
