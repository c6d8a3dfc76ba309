import { generateKeyPairSync } from 'node:crypto';
import { type OAuthClient, createClientSecret } from 'nestjs-gatehouse';
import { AUDIENCE, type Platform, type RunningApp, startApp } from '../../support/app/start-app.js';
import { freePort, LOOPBACK } from '../../support/redis/free-port.js';

const { secret, hash } = createClientSecret();
/** Other parties verify our tokens, so they are signed with a key pair. */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** A client that has a space in its id, which clients have to encode. */
export const CLIENT = { id: 'reader app', secret } as const;
export { AUDIENCE };

const client: OAuthClient = {
  id: CLIENT.id,
  secretHashes: [hash],
  grants: ['client_credentials', 'password', 'refresh_token'],
  scope: ['articles:read', 'articles:write'],
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
    options: {
      issuer: `http://${LOOPBACK}:${port}`,
      keys: { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      throttler: false,
    },
    extras: { oauth: { clients: [client], dangerouslyAllowPasswordGrant: true } },
  });
}
