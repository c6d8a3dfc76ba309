import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.js';
import { generateKey } from './key-generator.js';
import { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from '../key-source.js';
import type { ManagedKeys } from '../sources/key-origin.js';
import type { KeyOverlap, KeySet } from '../signing-key.js';
import type { SealedKeys } from './sealed-keys.js';
import {
  type StoredKeys,
  firstKeys,
  keyInState,
  openStoredKey,
  replacedKeys,
  rotatedKeys,
} from './stored-keys.js';

/** What is generated, and how old and new keys overlap. */
export type ManagedKeySettings = KeyOverlap & Pick<ManagedKeys, 'algorithm' | 'rsaBits'>;

/** Keys that the library makes by itself, keeps sealed and rotates. */
export class ManagedKeySource extends KeySource {
  // Private keys in the clear.
  #opened: { readonly stored: StoredKeys; readonly keys: KeySet } | undefined;

  constructor(
    private readonly store: SealedKeys,
    private readonly settings: ManagedKeySettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async load(): Promise<KeySet> {
    return this.open(await this.readOrMake());
  }

  override async rotate(request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    const fresh = await generateKey(this.settings.algorithm, this.settings.rsaBits);
    for (;;) {
      const current = await this.readOrMake();
      const now = this.clock.now();
      if (isDone(current, request, now)) return { outcome: 'already-rotated', keys: this.open(current) };
      const next = request.compromised
        ? replacedKeys(current, fresh, now)
        : rotatedKeys(current, fresh, now, this.settings);
      // Somebody else was faster: look again whether the wish is fulfilled.
      if ((await this.store.replace(next, current.version)) === 'outdated') continue;
      await this.store.announce();
      return { outcome: 'rotated', keys: this.open(next) };
    }
  }

  override follow(onChange: () => void): () => void {
    return this.store.follow(onChange);
  }

  private async readOrMake(): Promise<StoredKeys> {
    for (;;) {
      const stored = await this.store.read();
      const seen = stored?.version ?? 0;
      const known = this.#opened?.stored;
      if (stored !== undefined && seen >= (known?.version ?? 0)) return stored;
      // Lost in a failover or flushed: put back what this instance knows, or a compromised key could come back.
      const next = known ?? (await this.makeFirst());
      if ((await this.store.replace(next, seen)) === 'outdated') continue;
      await this.store.announce();
      return next;
    }
  }

  private async makeFirst(): Promise<StoredKeys> {
    return firstKeys(await generateKey(this.settings.algorithm, this.settings.rsaBits), this.clock.now());
  }

  private open(stored: StoredKeys): KeySet {
    // Not by version: two instances may have made the same one, and only what is kept is known to all.
    if (this.#opened === undefined || !isDeepStrictEqual(this.#opened.stored, stored)) {
      this.#opened = { stored, keys: stored.keys.map(openStoredKey) };
    }
    return this.#opened.keys;
  }
}

function isDone(current: StoredKeys, { replaces, compromised }: KeyRotationRequest, now: number): boolean {
  const replaced = current.keys.find(({ kid }) => kid === replaces);
  if (compromised) return replaced === undefined;
  return (
    keyInState(current, 'pending', now) !== undefined || keyInState(current, 'active', now)?.kid !== replaces
  );
}
