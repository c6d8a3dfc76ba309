import type { Clock } from '../../kernel/clock.js';
import { generateKey } from './key-generator.js';
import { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from '../key-source.js';
import type { KeyStore } from './key-store.js';
import type { SigningAlgorithm } from '../signing-algorithm.js';
import type { KeySet } from '../signing-key.js';
import {
  type KeyOverlap,
  type StoredKeys,
  firstKeys,
  keyInState,
  openStoredKey,
  replacedKeys,
  rotatedKeys,
} from './stored-keys.js';

/** What is generated, and how old and new keys overlap. */
export interface GeneratedKeySettings extends KeyOverlap {
  readonly algorithm: SigningAlgorithm;
  readonly rsaBits: number;
}

/** Keys that the library makes by itself and keeps in a {@link KeyStore}. */
export class GeneratedKeySource extends KeySource {
  private opened: { readonly version: number; readonly keys: KeySet } | undefined;

  constructor(
    private readonly store: KeyStore,
    private readonly settings: GeneratedKeySettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async load(): Promise<KeySet> {
    return this.open((await this.store.read()) ?? (await this.storeFirst()));
  }

  override async rotate(request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    const fresh = await generateKey(this.settings.algorithm, this.settings.rsaBits);
    for (;;) {
      const current = await this.store.read();
      const now = this.clock.now();
      if (current === undefined || isDone(current, request, now)) {
        return { outcome: 'already-rotated', keys: await this.load() };
      }
      const next = request.compromised
        ? replacedKeys(current, fresh, now)
        : rotatedKeys(current, fresh, now, this.settings);
      // Somebody else was faster: look again whether the wish is fulfilled.
      if ((await this.store.replace(next)) === 'outdated') continue;
      await this.store.announce();
      return { outcome: 'rotated', keys: this.open(next) };
    }
  }

  override follow(onChange: () => void): () => void {
    return this.store.follow(onChange);
  }

  private async storeFirst(): Promise<StoredKeys> {
    const { algorithm, rsaBits } = this.settings;
    const first = firstKeys(await generateKey(algorithm, rsaBits), this.clock.now());
    if ((await this.store.replace(first)) === 'stored') return first;
    const others = await this.store.read();
    if (others === undefined) throw new Error('the key store lost its keys');
    return others;
  }

  private open(stored: StoredKeys): KeySet {
    if (this.opened?.version !== stored.version) {
      this.opened = { version: stored.version, keys: stored.keys.map(openStoredKey) };
    }
    return this.opened.keys;
  }
}

function isDone(current: StoredKeys, { replaces, compromised }: KeyRotationRequest, now: number): boolean {
  const replaced = current.keys.find(({ kid }) => kid === replaces);
  if (compromised) return replaced === undefined;
  return (
    keyInState(current, 'pending', now) !== undefined || keyInState(current, 'active', now)?.kid !== replaces
  );
}
