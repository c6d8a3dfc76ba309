import { generateKeyPairSync } from 'node:crypto';
import { MemoryKeyStore } from '../../../../test/support/tokens/memory-key.store.js';
import { keyParts } from '../../../../test/support/tokens/token-parties.js';
import { AuthError } from '../kernel/auth-error.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { ManualClock } from '../testing/manual-clock.js';
import { createKeySource } from './create-key-source.js';
import { KeyRing } from './key-ring.js';
import { type KeyRotationOutcome, KeySource } from './key-source.js';
import { type KeysSettings, resolveKeysSettings } from './keys.settings.js';
import type { KeysOptions } from './keys.options.js';
import type { KeySet } from './signing-key.js';

const MINUTE_MS = 60_000;

function settingsOf(options: KeysOptions): KeysSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveKeysSettings(
    options,
    { production: false, longestTokenMs: 15 * MINUTE_MS },
    findings,
  );
  findings.throwIfAny();
  return settings;
}

describe('KeyRing', () => {
  const rings: KeyRing[] = [];
  const clock = new ManualClock();
  const events = new AuthEvents();

  async function ringOf(options: KeysOptions = { algorithm: 'ES256' }, source?: KeySource): Promise<KeyRing> {
    const settings = settingsOf(options);
    const ring = new KeyRing(settings, source ?? createKeySource(settings, keyParts(clock)), clock, events);
    await ring.load();
    rings.push(ring);
    return ring;
  }

  afterEach(() => {
    for (const ring of rings.splice(0)) ring.close();
  });

  it('publishes a new key before it signs, and lets the old one verify until its last token has expired', async () => {
    const ring = await ringOf();
    const old = ring.active().kid;
    const { outcome, kid: fresh } = await ring.rotate();
    expect(outcome).toBe('rotated');
    expect(ring.jwks().keys.map(({ kid }) => kid)).toEqual([old, fresh]);
    expect(ring.active().kid).toBe(old);

    clock.advance(6 * MINUTE_MS);
    expect(ring.active().kid).toBe(fresh);
    clock.advance(15 * MINUTE_MS);
    expect(ring.find(old)).toHaveLength(1);

    clock.advance(MINUTE_MS);
    expect(ring.find(old)).toEqual([]);
    expect(ring.jwks().keys.map(({ kid }) => kid)).toEqual([fresh]);
  });

  it('does not start a second rotation while one is under way', async () => {
    const ring = await ringOf();
    const outcomes = await Promise.all([ring.rotate(), ring.rotate(), ring.rotate()]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      'already-rotated',
      'already-rotated',
      'rotated',
    ]);
    expect(new Set(outcomes.map(({ kid }) => kid)).size).toBe(1);
  });

  it('drops every key at once when one is compromised, and says which', async () => {
    const ring = await ringOf();
    const told: (readonly string[])[] = [];
    events.on('keys.compromised', ({ kids }) => told.push(kids));
    const old = ring.active().kid;
    const { kid: pending } = await ring.rotate();

    const { compromisedKids } = await ring.rotate({ compromised: true });
    expect(compromisedKids).toEqual([old, pending]);
    expect(told).toEqual([[old, pending]]);
    expect(ring.find(old)).toEqual([]);
    expect([old, pending]).not.toContain(ring.active().kid);
  });

  it('rotates by itself once the active key is old enough', async () => {
    const ring = await ringOf({ algorithm: 'ES256', rotation: { every: '1d' } });
    const old = ring.active().kid;
    await ring.maintain();
    expect(ring.jwks().keys).toHaveLength(1);

    clock.advance(24 * 60 * MINUTE_MS);
    await ring.maintain();
    await ring.maintain();
    expect(ring.jwks().keys).toHaveLength(2);
    clock.advance(6 * MINUTE_MS);
    expect(ring.active().kid).not.toBe(old);
  });

  it('says so when a rotation that was due failed, and signs on', async () => {
    const settings = settingsOf({ algorithm: 'ES256' });
    const inner = createKeySource(settings, keyParts(clock));
    class StuckSource extends KeySource {
      load(): Promise<KeySet> {
        return inner.load();
      }

      override rotate(): Promise<KeyRotationOutcome> {
        return Promise.reject(new RangeError('down'));
      }
    }
    const told: string[] = [];
    events.on('keys.rotation_failed', ({ error }) => told.push(error));
    const ring = await ringOf({ algorithm: 'ES256', rotation: { every: '1d' } }, new StuckSource());
    const { kid } = ring.active();
    clock.advance(24 * 60 * MINUTE_MS);
    await ring.maintain();
    expect(told).toEqual(['RangeError']);
    expect(ring.active().kid).toBe(kid);
  });

  it('signs with the first key although the clock of its maker is ahead', async () => {
    const store = new MemoryKeyStore();
    const options: KeysOptions = { algorithm: 'ES256' };
    const settings = settingsOf(options);
    const ahead = new ManualClock(clock.now() + 3000);
    const maker = new KeyRing(settings, createKeySource(settings, keyParts(ahead, store)), ahead, events);
    await maker.load();
    rings.push(maker);
    const ring = await ringOf(options, createKeySource(settings, keyParts(clock, store)));
    expect(ring.active().kid).toBe(maker.active().kid);
  });

  it('looks at the source once per cooldown for unknown key ids', async () => {
    let looks = 0;
    class CountingSource extends KeySource {
      load(): Promise<KeySet> {
        looks += 1;
        return new MemoryBacked().load();
      }
    }
    const settings = settingsOf({ algorithm: 'ES256' });
    const shared = createKeySource(settings, keyParts(clock));
    class MemoryBacked extends KeySource {
      load(): Promise<KeySet> {
        return shared.load();
      }
    }
    const ring = await ringOf({ algorithm: 'ES256' }, new CountingSource());
    await Promise.all(Array.from({ length: 50 }, (_, at) => ring.findOrReload(`unknown-${at}`)));
    expect(looks).toBe(2);
    clock.advance(30_000);
    await ring.findOrReload('unknown');
    expect(looks).toBe(3);
  });

  it('signs with the key whose time it is, also when the clock is set back', async () => {
    const ring = await ringOf();
    const old = ring.active().kid;
    const { kid: fresh } = await ring.rotate();
    clock.advance(6 * MINUTE_MS);
    expect(ring.active().kid).toBe(fresh);
    clock.set(-2 * MINUTE_MS);
    expect(ring.active().kid).toBe(old);
    clock.set(2 * MINUTE_MS);
    expect(ring.active().kid).toBe(fresh);
  });

  it('keeps its keys, and says so, when the source fails', async () => {
    const settings = settingsOf({ algorithm: 'ES256' });
    const inner = createKeySource(settings, keyParts(clock));
    let fails = false;
    class FailingSource extends KeySource {
      load(): Promise<KeySet> {
        return fails ? Promise.reject(new RangeError('down')) : inner.load();
      }

      override rotate(): Promise<KeyRotationOutcome> {
        return Promise.reject(new RangeError('down'));
      }
    }
    const told: string[] = [];
    events.on('keys.reload_failed', ({ error }) => told.push(error));
    const ring = await ringOf({ algorithm: 'ES256' }, new FailingSource());
    const { kid } = ring.active();
    fails = true;
    await ring.reload();
    expect(ring.active().kid).toBe(kid);
    expect(told).toEqual(['RangeError']);
    await expect(ring.rotate()).rejects.toThrow('down');
  });

  it('starts without the store its keys are in, answers 503, and signs as soon as it is there', async () => {
    const settings = settingsOf({ algorithm: 'ES256' });
    const inner = createKeySource(settings, keyParts(clock));
    let isAway = true;
    class AwaySource extends KeySource {
      load(): Promise<KeySet> {
        return isAway ? Promise.reject(new AuthError('store_unavailable')) : inner.load();
      }
    }
    const ring = await ringOf({ algorithm: 'ES256' }, new AwaySource());
    const unavailable = { code: 'store_unavailable' };
    await expect(ring.signingKey()).rejects.toMatchObject(unavailable);
    await expect(ring.findOrReload('some')).rejects.toMatchObject(unavailable);
    expect(() => ring.jwks()).toThrow(AuthError);
    isAway = false;
    expect((await ring.signingKey()).kid).toBe(ring.active().kid);
    expect(ring.jwks().keys).toHaveLength(1);
  });

  it('does not start without the keys the host promised', async () => {
    class EmptySource extends KeySource {
      load(): Promise<KeySet> {
        return Promise.resolve([]);
      }
    }
    await expect(ringOf({ algorithm: 'ES256' }, new EmptySource())).rejects.toThrow('has no keys');
  });

  it('says why it does not start, the causes underneath included and no credentials', async () => {
    class VaultSource extends KeySource {
      load(): Promise<KeySet> {
        const cause = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });
        return Promise.reject(new Error('https://app:hunter2@vault.test/keys is down', { cause }));
      }
    }
    const start = ringOf({ source: new VaultSource() });
    await expect(start).rejects.toThrow(
      "keys.source: the keys can't be loaded: https://vault.test/keys is down: connect failed: ECONNREFUSED",
    );
  });

  it('never shows a secret', async () => {
    const secret = '9Gq3rTz6mK1xWc8vYb5nJf2hLd7pSa4u';
    const ring = await ringOf({ secret });
    expect(ring.jwks().body).toBe('{"keys":[]}');
    expect(ring.active().kid).not.toContain(secret.slice(0, 6));
  });

  it('refuses to rotate keys that the host gave', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const ring = await ringOf({ privateKey });
    await expect(ring.rotate()).rejects.toThrow('replace it there');
  });

  it('changes the entity tag with the keys and with nothing else', async () => {
    const ring = await ringOf();
    const { etag, maxAgeSeconds } = ring.jwks();
    expect(maxAgeSeconds).toBe(300);
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect(ring.jwks().etag).toBe(etag);
    await ring.rotate();
    expect(ring.jwks().etag).not.toBe(etag);
  });
});
