import { signer, signerKeys } from '../support/oauth2/assertions.js';
import { OAuthStand, standClients } from '../support/oauth2/oauth-stand.js';

it.each<[string, string, object]>([
  [
    'a private key',
    'oauth.clients[0].jwks.keys[0]',
    { jwks: { keys: [signerKeys.ES256.export({ format: 'jwk' })] } },
  ],
  ['a secret', 'oauth.clients[0].jwks.keys[0]', { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }],
  ['no keys', 'oauth.clients[0].jwks.keys', { jwks: { keys: [] } }],
  ['keys without a set', 'oauth.clients[0].jwks', { jwks: signer.jwks!.keys }],
  ['a key that is none', 'oauth.clients[0].jwks.keys[0]', { jwks: { keys: ['key'] } }],
  [
    'a key for encryption',
    'oauth.clients[0].jwks.keys[0]',
    { jwks: { keys: [{ ...signer.jwks!.keys[0], use: 'enc' }] } },
  ],
  [
    'a key for another algorithm',
    'oauth.clients[0].jwks.keys[0]',
    { jwks: { keys: [{ ...signer.jwks!.keys[0], alg: 'RS256' }] } },
  ],
  [
    'a key of an unsupported kind',
    'oauth.clients[0].jwks.keys[0]',
    { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] } },
  ],
  [
    'bound tokens where no proof is looked at',
    'oauth.clients[0].dpopBoundAccessTokens',
    { dpopBoundAccessTokens: true },
  ],
  ['keys and secrets', 'oauth.clients[0].authMethod', { secretHashes: standClients[0]!.secretHashes }],
  ['none', 'oauth.clients[0].authMethod', { authMethod: 'none' }],
  ['a method that needs a secret', 'oauth.clients[0].authMethod', { authMethod: 'client_secret_post' }],
  [
    'a method that needs keys',
    'oauth.clients[0].authMethod',
    { jwks: undefined, grants: [], authMethod: 'private_key_jwt' },
  ],
])('the boot refuses a client with %s', async (_, option, over) => {
  const oauth = { clients: [{ ...signer, ...over }] };
  const refused = OAuthStand.start({ logger: false, oauth } as never);
  await expect(refused).rejects.toMatchObject({ findings: [{ option }] });
  const said = await refused.catch(({ message }: Error) => message);
  expect(said).not.toContain(signerKeys.ES256.export({ format: 'jwk' }).d);
});
