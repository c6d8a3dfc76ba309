import { generateKeyPairSync } from 'node:crypto';
import { createClientSecret } from 'nestjs-gatehouse';
import type { CompleteAuthOptions } from './complete.js';
import { TestGrant, TestPages } from './smallest-ports.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** The endpoints for clients with everything that can be said about them. */
export function everyOAuthOption(): CompleteAuthOptions['oauth'] {
  return {
    clients: [
      {
        id: 'job',
        name: 'Nightly job',
        secretHashes: [createClientSecret().hash],
        jwks: { keys: [publicKey.export({ format: 'jwk' })] },
        authMethod: 'client_secret_basic',
        grants: ['client_credentials', 'password'],
        scope: ['articles:read'],
        redirectUris: ['https://app.test/callback'],
        roles: ['editor'],
        isFirstParty: true,
        mayIntrospect: true,
        dpopBoundAccessTokens: false,
        tokenExchange: {
          subjectTokensOf: ['web'],
          actorTokensOf: ['desk'],
          audience: ['https://api.test'],
        },
        accessTokenTtlMs: 60_000,
      },
    ],
    grants: [TestGrant],
    dangerouslyAllowPasswordGrant: true,
    tokenExchange: true,
    deviceAuthorization: { verificationUri: '/device', ttl: '5m', interval: '10s' },
    registration: { scope: ['articles:read'], ttl: '30d' },
    clientIdMetadataDocuments: { scope: ['articles:read'], hosts: ['app.test'] },
    interaction: TestPages,
    endpoints: {
      token: 'tokens',
      revoke: 'tokens/revoke',
      introspect: 'tokens/introspect',
      deviceAuthorization: 'devices',
      register: 'clients',
      authorize: 'tokens/authorize',
      metadata: false,
    },
  };
}
