import { generateKeyPairSync } from 'node:crypto';
import { type OAuthClient, createClientSecret } from 'nestjs-gatehouse';
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

/** An app whose issuer is where it listens, so that libraries find it. */
export async function startClientStand(platform: Platform): Promise<RunningApp> {
  const port = await freePort();
  return startApp({
    platform,
    port,
    logger: false,
    controllers: [ConsentController],
    options: {
      issuer: `http://${LOOPBACK}:${port}`,
      keys: { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      throttler: false,
    },
    extras: {
      oauth: {
        clients: [client],
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
