import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { verificationKey } from 'nestjs-gatehouse';
import { keySourceContract } from 'nestjs-gatehouse/testing';
import { Client } from '../support/app/client.js';
import { AUDIENCE, ISSUER, type RunningApp, startApp } from '../support/app/start-app.js';
import { markdown } from '../docs/markdown.js';
import { type Vault, VaultKeySource } from './vault-key-source.js';

/** A vault in this process. */
class TestVault implements Vault {
  private readonly keys = new Map<string, KeyObject>();

  /** Makes the key that signs from now on. */
  rotate(id: string): void {
    this.keys.set(id, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  }

  async publicKeys() {
    const found = [...this.keys].map(([id, key]) => ({
      id,
      pem: createPublicPem(key),
    }));
    return found.toReversed();
  }

  async sign(id: string, input: Uint8Array): Promise<Uint8Array> {
    return sign('sha256', input, this.keys.get(id)!);
  }
}

const createPublicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

const silent = { log: () => {}, error: () => {}, warn: () => {} };

describe('the recipe "Add a key source"', () => {
  const vault = new TestVault();
  vault.rotate('2026-10');
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    const keys = { source: new VaultKeySource(vault), reloadCooldown: 0 };
    running = await startApp({ options: { keys } });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it('stands in docs/keys.md as it is tested here', () => {
    const [, recipe = ''] = markdown('docs/keys.md').split('## Add a key source');
    const code = recipe.split('```ts\n')[1]?.split('```')[0];
    expect(code).toBe(markdown('test/keys/vault-key-source.ts'));
  });

  it('signs what other libraries verify', async () => {
    const { access_token: token } = await client.login();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: '2026-10' });
    const jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', running.url));
    const { payload } = await jwtVerify(token, jwks, { issuer: ISSUER, audience: AUDIENCE });
    expect(payload.sub).toBe('user-demo');
    expect((await client.get('/auth/me', token)).status).toBe(200);
  });

  it('takes over a key that the vault made, and verifies with the old one', async () => {
    const { access_token: old } = await client.login();
    vault.rotate('2026-11');
    // Another instance has signed with it already: an unknown key id is a reason to look.
    const elsewhere = await startApp({ options: { keys: { source: new VaultKeySource(vault) } } });
    const { access_token: fresh } = await new Client(elsewhere.url).login();
    await elsewhere.close();
    expect(decodeProtectedHeader(fresh).kid).toBe('2026-11');
    await client.get('/auth/me', fresh);
    expect(decodeProtectedHeader((await client.login()).access_token).kid).toBe('2026-11');
    expect((await client.get('/auth/me', old)).status).toBe(200);
  });

  it('ends the boot when nobody could log in with its keys', async () => {
    class OnlyVerifies extends VaultKeySource {
      override async load() {
        return (await super.load()).map(({ key, kid }) => verificationKey(key, 'RS256', { kid }));
      }
    }
    const options = { keys: { source: new OnlyVerifies(vault) } };
    const ownLogins = { endpoints: { login: false }, userAuthenticator: undefined };
    for (const extras of [{}, ownLogins])
      await expect(startApp({ options, extras, logger: silent })).rejects.toMatchObject({
        findings: [{ option: 'keys.source', message: expect.stringContaining('no key that signs') }],
      });
    const extras = { endpoints: { auth: false } } as const;
    const resourceServer = await startApp({ options, extras });
    expect((await new Client(resourceServer.url).get('/.well-known/jwks.json')).status).toBe(200);
    await resourceServer.close();
  });

  it.each(keySourceContract)('keeps the contract: $name', ({ run }) =>
    run({ sources: [new VaultKeySource(vault), new VaultKeySource(vault)] }),
  );
});
