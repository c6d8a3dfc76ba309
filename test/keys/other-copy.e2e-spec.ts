import { generateKeyPairSync, sign } from 'node:crypto';
import { KeyRotationService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { startApp } from '../support/app/start-app.js';

type Library = typeof import('nestjs-gatehouse');

/** What a package of the host's sees that has a copy of ours of its own. */
function otherCopy(): Library {
  let copy: Library | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual('nestjs-gatehouse') as Library;
  });
  return copy!;
}

/** Keys of a vault, written against that copy. */
function vaultOf({ KeySource, KeyNotReplacedError, Signer, externalSigningKey }: Library) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  class VaultSigner extends Signer {
    async sign(input: Uint8Array): Promise<Uint8Array> {
      return sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    }
  }
  return new (class extends KeySource {
    async load() {
      return [externalSigningKey(publicKey, 'ES256', new VaultSigner())];
    }
    override async rotate(): Promise<never> {
      throw new KeyNotReplacedError('replace it in the vault');
    }
  })();
}

it('[10-16] a key source that was written against another copy of the package signs, and says that it makes no keys', async () => {
  const copy = otherCopy();
  expect(copy.KeyRotationService).not.toBe(KeyRotationService);
  const nothing = (): void => {};
  const running = await startApp({
    options: { keys: { source: vaultOf(copy) } },
    logger: { log: nothing, warn: nothing, error: nothing },
  });
  const client = new Client(running.url);
  const { access_token: token } = await client.login();
  expect((await client.get('/auth/me', token)).status).toBe(200);
  const keys = running.app.get(KeyRotationService);
  await expect(keys.rotate({ compromised: true })).resolves.toMatchObject({
    outcome: 'key-not-replaced',
    advice: 'replace it in the vault',
  });
  expect((await client.get('/auth/me', token)).status).toBe(401);
  await running.close();
});
