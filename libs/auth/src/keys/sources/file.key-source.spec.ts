import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../testing/manual-clock.js';
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

  const MINUTE_MS = 60_000;

  it('are taken over when every instance has had the time to look, and older tokens verify on', async () => {
    const clock = new ManualClock();
    const instance = () =>
      tokenParties({ keys: { privateKeyFile: active }, tokens: { maxTtl: '1h' }, clock });
    const [one, other] = [await instance(), await instance()];
    const { token: old } = await one.issuer.issue({ ...GRANT, ttlMs: 20 * MINUTE_MS });
    const { kid } = one.ring.active();

    write(active, pemOf());
    await one.ring.reload();
    expect(one.ring.active().kid).toBe(kid);
    // Published already, and nothing yet that the other wouldn't know.
    expect(one.ring.jwks().keys).toHaveLength(2);
    expect(await other.verifier.verify((await one.issuer.issue(GRANT)).token)).toMatchObject(GRANT);

    clock.advance(MINUTE_MS);
    await other.ring.reload();
    clock.advance(5 * MINUTE_MS);
    expect(one.ring.active().kid).not.toBe(kid);
    expect(other.ring.active().kid).toBe(kid);
    const { token: fresh } = await one.issuer.issue({ ...GRANT, ttlMs: 30 * MINUTE_MS });
    for (const { verifier, ring } of [one, other]) {
      await ring.reload();
      expect(await verifier.verify(old)).toMatchObject(GRANT);
      expect(await verifier.verify(fresh)).toMatchObject(GRANT);
    }

    clock.advance(17 * MINUTE_MS);
    await one.ring.reload();
    expect(one.ring.find(kid)).toEqual([]);
    expect(one.ring.jwks().keys).toHaveLength(1);
    expect(await one.verifier.verify(fresh)).toMatchObject(GRANT);
  });

  it('sign in turn when they are replaced once more, or put back, before their turn', async () => {
    const clock = new ManualClock();
    const first = pemOf();
    write(active, first);
    const { ring } = await tokenParties({ keys: { privateKeyFile: active }, clock });
    const { kid } = ring.active();
    const replaceBy = async (pem: string): Promise<void> => {
      write(active, pem);
      await ring.reload();
      clock.advance(3 * MINUTE_MS);
    };
    await replaceBy(pemOf());
    await replaceBy(pemOf());
    expect(ring.active().kid).toBe(kid);
    // The first replacement never signed and is gone.
    expect(ring.jwks().keys).toHaveLength(2);
    await replaceBy(first);
    expect(ring.active().kid).toBe(kid);
    expect(ring.jwks().keys).toHaveLength(1);
    clock.advance(10 * MINUTE_MS);
    expect(ring.active().kid).toBe(kid);
  });

  it('verify for as long as they are listed behind the first, and no longer', async () => {
    const clock = new ManualClock();
    const [old, fresh] = [pemOf(), pemOf()];
    write(active, old);
    const { ring, issuer, verifier } = await tokenParties({
      keys: { privateKeyFile: [active, previous] },
      tokens: { maxTtl: '1h' },
      clock,
    });
    const { token } = await issuer.issue({ ...GRANT, ttlMs: 60 * MINUTE_MS });
    const { kid } = ring.active();

    write(previous, old);
    write(active, fresh);
    await ring.reload();
    expect(ring.active().kid).toBe(kid);
    clock.advance(6 * MINUTE_MS);
    await ring.reload();
    expect(ring.active().kid).not.toBe(kid);
    clock.advance(30 * MINUTE_MS);
    await ring.reload();
    expect(await verifier.verify(token)).toMatchObject(GRANT);

    write(previous, pemOf());
    await ring.reload();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    ring.close();
  });

  it('are forgotten at once when they are compromised and their file is replaced', async () => {
    const { ring, issuer, verifier, known } = await tokenParties({ keys: { privateKeyFile: active } });
    const { token } = await issuer.issue(GRANT);
    await verifier.verify(token);
    await expect(ring.rotate({ compromised: true })).rejects.toThrow('replace the file first');
    await expect(ring.rotate()).rejects.toThrow('cannot rotate');
    const { kid } = ring.active();
    write(active, pemOf());
    await ring.reload();
    expect(await ring.rotate({ compromised: true })).toMatchObject({
      outcome: 'rotated',
      compromisedKids: [kid],
    });
    expect(known.find(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await verifier.verify((await issuer.issue(GRANT)).token)).toMatchObject(GRANT);
    ring.close();
  });

  it('are forgotten when they are compromised although a successor signs already', async () => {
    const clock = new ManualClock();
    const { ring, issuer, verifier } = await tokenParties({
      keys: { privateKeyFile: active },
      tokens: { maxTtl: '1h' },
      clock,
    });
    const { token } = await issuer.issue({ ...GRANT, ttlMs: 30 * MINUTE_MS });
    const { kid } = ring.active();
    write(active, pemOf());
    await ring.reload();
    clock.advance(7 * MINUTE_MS);
    await ring.reload();
    const successor = ring.active().kid;
    expect(successor).not.toBe(kid);
    expect(await verifier.verify(token)).toMatchObject(GRANT);

    expect(await ring.rotate({ compromised: true })).toMatchObject({
      outcome: 'rotated',
      kid: successor,
      compromisedKids: [kid],
    });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    await ring.reload();
    expect(ring.jwks().keys.map((key) => key.kid)).toEqual([successor]);
    // Nothing is left to forget: now it can only be the successor itself.
    await expect(ring.rotate({ compromised: true })).rejects.toThrow('replace the file first');
    ring.close();
  });

  it('are no success while the compromised one is listed, whatever else is gone', async () => {
    const first = pemOf();
    write(active, first);
    const { ring } = await tokenParties({ keys: { privateKeyFile: [active, previous] } });
    write(active, pemOf());
    write(previous, first);
    await ring.reload();
    await expect(ring.rotate({ compromised: true })).rejects.toThrow('replace the file first');
    ring.close();
  });

  it('are read where they were, wherever the process goes', async () => {
    const home = process.cwd();
    process.chdir(directory);
    const { ring } = await tokenParties({ keys: { privateKeyFile: 'active.pem' } }).finally(() =>
      process.chdir(home),
    );
    write(active, pemOf());
    await ring.reload();
    expect(ring.jwks().keys).toHaveLength(2);
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
