import { generateKeyPairSync } from 'node:crypto';
import { MemoryKeyStore } from '../../../../test/support/tokens/memory-key.store.js';
import { keyParts } from '../../../../test/support/tokens/token-parties.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { createKeySource } from './create-key-source.js';
import { keySourceContract } from './key-source.contract.js';
import { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from './key-source.js';
import { resolveKeysSettings } from './keys.settings.js';
import type { KeysOptions } from './keys.options.js';
import { type KeySet, localSigningKey, type SigningKey } from './signing-key.js';

type KeySourceHarness = Parameters<(typeof keySourceContract)[number]['run']>[0];

/** Sources of several instances over one store, as an app has them. */
function configured(options: KeysOptions): KeySourceHarness {
  const [clock, store] = [new ManualClock(), new MemoryKeyStore()];
  const settings = resolveKeysSettings(options, { production: false }, new ConfigurationFindings());
  const source = (): KeySource => createKeySource(settings, keyParts(clock, store));
  return { sources: [source(), source(), source()], now: () => clock.now() };
}

const makeKey = (): SigningKey =>
  localSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256');

/** A source as a host might write it by hand: one key, replaced at once. */
class HandWritten extends KeySource {
  private readonly followers = new Set<() => void>();
  protected keys: KeySet = [makeKey()];

  async load(): Promise<KeySet> {
    return this.keys;
  }

  override async rotate({ replaces, compromised }: KeyRotationRequest): Promise<KeyRotationOutcome> {
    const active = this.keys.at(-1)!;
    if (active.kid !== replaces) return { outcome: 'already-rotated', keys: this.keys };
    const old = { ...active, lifetime: { activeFrom: 0, retiringFrom: 0, retiredFrom: Infinity } };
    this.keys = [...(compromised ? [] : [old]), makeKey()];
    for (const follower of this.followers) follower();
    return { outcome: 'rotated', keys: this.keys };
  }

  override follow(onChange: () => void): () => void {
    this.followers.add(onChange);
    return () => this.followers.delete(onChange);
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe.each<[string, () => KeySourceHarness]>([
  ['managed by the library', () => configured({ algorithm: 'ES256' })],
  ['given in the options', () => configured({ privateKey: [privateKey] })],
  ['written by hand', () => ({ sources: [new HandWritten()] })],
  ['written by hand, as the module uses it', () => configured({ source: new HandWritten() })],
])('a key source %s', (_, harness) => {
  it.each(keySourceContract)('$name', ({ run }) => run(harness()));
});

describe('the contract of key sources refuses a source that', () => {
  class Empty extends HandWritten {
    override load = async (): Promise<KeySet> => [];
  }
  class Twice extends HandWritten {
    override load = async (): Promise<KeySet> => [...this.keys, makeKey()];
  }
  class Restless extends HandWritten {
    override load = async (): Promise<KeySet> => [makeKey()];
  }
  class Careless extends HandWritten {
    override rotate = async (): Promise<KeyRotationOutcome> => {
      this.keys = [makeKey()];
      return { outcome: 'rotated', keys: this.keys };
    };
  }
  class Forgetful extends HandWritten {
    private readonly first = this.keys;
    override rotate = async (request: KeyRotationRequest): Promise<KeyRotationOutcome> => {
      const done = await super.rotate(request);
      this.keys = this.first;
      return done;
    };
  }
  class Trusting extends HandWritten {
    override rotate = (request: KeyRotationRequest) => super.rotate({ ...request, compromised: false });
  }
  class Rude extends HandWritten {
    // A source may have been written in JavaScript.
    override rotate = () => Promise.reject('no');
  }
  class Talkative extends HandWritten {
    override follow(onChange: () => void): () => void {
      super.follow(onChange);
      return () => {};
    }
  }

  it.each<[string, () => KeySource, string[]]>([
    ['has no keys', () => new Empty(), ['answers sound keys', 'has exactly one']],
    ['has two keys that sign', () => new Twice(), ['has exactly one']],
    ['makes its keys anew each time', () => new Restless(), ['answers the same', 'has exactly one']],
    ['rotates for everybody', () => new Careless(), ['rotates once']],
    ['forgets what it rotated', () => new Forgetful(), ['rotates once', 'drops a compromised']],
    ['keeps a compromised key', () => new Trusting(), ['drops a compromised']],
    ['rejects with something else', () => new Rude(), ['rotates once', 'drops a compromised']],
    ['goes on telling', () => new Talkative(), ['tells a follower']],
  ])('%s', async (_, source, broken) => {
    const failed: string[] = [];
    for (const { name, run } of keySourceContract) {
      await run({ sources: [source()] }).catch(() => failed.push(name));
    }
    for (const name of broken) expect(failed.join()).toContain(name);
  });
});
