import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { AuthEvents } from '../../kernel/auth-events.js';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../../kernel/configuration/configuration-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { keyParts } from '../../../../../test/support/tokens/token-parties.js';
import { createKeySource } from '../create-key-source.js';
import { KeyRing } from '../key-ring.js';
import { KeySource } from '../key-source.js';
import { resolveKeysSettings } from '../keys.settings.js';
import { externalSigningKey, verificationKey } from '../signing-key.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sound = externalSigningKey(publicKey, 'ES256', { sign: async () => Buffer.alloc(64) });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;

class Answering extends KeySource {
  constructor(private readonly answer: () => unknown) {
    super();
  }

  async load(): Promise<never> {
    return (await this.answer()) as never;
  }

  override async rotate(): Promise<never> {
    return (await this.answer()) as never;
  }
}

/** The error that the boot ends with, and the ring that would have been. */
async function boot(source: KeySource) {
  const findings = new ConfigurationFindings();
  const clock = new ManualClock();
  const settings = resolveKeysSettings({ source }, { production: true }, findings);
  findings.throwIfAny();
  const ring = new KeyRing(settings, createKeySource(settings, keyParts(clock)), clock, new AuthEvents());
  try {
    await ring.load();
    return { ring, error: undefined };
  } catch (error) {
    return { ring, error };
  } finally {
    ring.close();
  }
}

describe('a key source of the host', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['no keys', () => [], /no keys to answer; expected a list of keys made with externalSigningKey/],
    ['nothing', () => undefined, /load\(\) has to answer a list of keys/],
    ['null', () => null, /has to answer a list/],
    ['one key, not in a list', () => sound, /has to answer a list/],
    ['text', () => 'keys', /has to answer a list/],
    ['a hole', () => [sound, undefined], /entry 1 of load\(\) is no key/],
    ['PEM text', () => ['-----BEGIN PUBLIC KEY-----'], /entry 0 of load\(\) is no key/],
    ['a JWK', () => [publicKey.export({ format: 'jwk' })], /entry 0 of load\(\) is no key/],
    ['a key without a lifetime', () => [{ ...sound, lifetime: undefined }], /entry 0 of load\(\) is no key/],
    ['a key without an id', () => [{ ...sound, kid: '' }], /entry 0 of load\(\) is no key/],
    ['an algorithm nobody knows', () => [{ ...sound, algorithm: 'none' }], /entry 0 of load\(\) is no key/],
    ['two keys of one id', () => [sound, sound], /its key id occurs twice/],
    ['a weak key', () => [sound, verificationKey(weak, 'RS256')], /1024 bits/],
    ['a key of another kind', () => [{ ...sound, algorithm: 'RS256' }], /needs|curve/],
    [
      'a short secret',
      () => [verificationKey(createSecretKey(Buffer.from('short')), 'HS256')],
      /40 bits, at least 256/,
    ],
  ])('that answers %s ends the boot with a finding', async (_, answer, message) => {
    const { error } = await boot(new Answering(answer));
    expect(error).toBeInstanceOf(AuthConfigurationError);
    const { findings, cause } = error as AuthConfigurationError;
    expect(findings).toEqual([{ option: 'keys.source', message: expect.stringMatching(message) }]);
    expect(cause).toBeInstanceOf(Error);
  });

  it.each<[string, unknown, RegExp]>([
    ['an error', new Error('the vault is sealed'), /the vault is sealed$/],
    ['an error without words', new TypeError(), /TypeError$/],
    ['what is no error', 'sealed', /an unknown failure$/],
  ])('that throws %s ends the boot with a finding, and the cause', async (_, thrown, message) => {
    const { error } = await boot(new Answering(() => Promise.reject(thrown)));
    expect(error).toMatchObject({
      name: 'AuthConfigurationError',
      findings: [{ option: 'keys.source', message: expect.stringMatching(message) }],
    });
    expect((error as Error).cause).toBe(thrown);
    expect(inspect(error)).toContain('[cause]');
  });

  it('is taken at its word when the keys are sound', async () => {
    const { ring, error } = await boot(new Answering(() => [sound]));
    expect(error).toBeUndefined();
    expect(ring.active().kid).toBe(sound.kid);
  });

  it('keeps its keys when a rotation answers nonsense', async () => {
    let answer: unknown = [sound];
    const { ring } = await boot(new Answering(() => answer));
    for (answer of [undefined, [sound], { outcome: 'done', keys: [sound] }, { outcome: 'rotated', keys: [] }])
      await expect(ring.rotate()).rejects.toThrow(/rotate\(\)/);
    expect(ring.active().kid).toBe(sound.kid);
  });

  it('is waited for only so long', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      const booting = boot(new Answering(() => new Promise(() => {})));
      await jest.advanceTimersByTimeAsync(10_000);
      expect((await booting).error).toMatchObject({
        findings: [{ option: 'keys.source', message: expect.stringContaining('did not answer within 10 s') }],
      });
    } finally {
      jest.useRealTimers();
    }
  });
});
