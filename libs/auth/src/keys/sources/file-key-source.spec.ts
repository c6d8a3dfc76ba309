import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRANT, tokenParties } from '../../../../../test/support/tokens/token-parties.js';

const pemOf = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

describe('keys in mounted files', () => {
  let directory: string;
  let active: string;
  let previous: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-files-'));
    [active, previous] = [join(directory, 'active.pem'), join(directory, 'previous.pem')];
    write(active, pemOf());
    write(previous, pemOf());
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });

  it('are taken over when they are replaced, and older tokens verify on', async () => {
    const [old, fresh] = [pemOf(), pemOf()];
    write(active, old);
    const { ring, issuer, verifier } = await tokenParties({ keys: { privateKeyFile: [active, previous] } });
    const { token } = await issuer.issue(GRANT);
    await verifier.verify(token);
    const { kid } = ring.active();

    write(previous, old);
    write(active, fresh);
    await ring.reload();
    expect(ring.active().kid).not.toBe(kid);
    // The same key under the same name: the cache still knows the token.
    expect(verifier.peek(token)).toBeDefined();
    expect(await verifier.verify((await issuer.issue(GRANT)).token)).toMatchObject(GRANT);

    write(previous, pemOf());
    await ring.reload();
    expect(verifier.peek(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    ring.close();
  });

  it('stay as they were while a file is damaged', async () => {
    const { ring, events } = await tokenParties({ keys: { privateKeyFile: active } });
    const told: string[] = [];
    events.on('keys.reload_failed', ({ error }) => told.push(error));
    const { kid } = ring.active();
    write(active, 'half a PEM');
    await ring.reload();
    expect(ring.active().kid).toBe(kid);
    expect(told).toEqual(['AuthConfigurationError']);
    ring.close();
  });
});

describe('a list of secrets', () => {
  it('signs with the first and verifies with all', async () => {
    const [old, fresh] = ['Zk3vQ9wLx7RmT2pYb8Nf5HcJd1Gs6AuE', 'q8Xz1Lm9WrT4vKb7Yc2NfHd5Jg3PsA6u'];
    const before = await tokenParties({ keys: { secret: old } });
    const after = await tokenParties({ keys: { secret: [fresh, old] } });
    const { token } = await before.issuer.issue(GRANT);
    expect(await after.verifier.verify(token)).toMatchObject(GRANT);
    const renewed = await after.issuer.issue(GRANT);
    await expect(before.verifier.verify(renewed.token)).rejects.toMatchObject({ code: 'invalid_token' });
    for (const { ring } of [before, after]) ring.close();
  });
});
