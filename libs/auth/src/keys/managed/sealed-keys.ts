import type { KeySeal } from './key-seal.js';
import type { KeyRecord, KeyStore } from './key.store.js';
import type { StoredKeys } from './stored-keys.js';

/**
 * A store of keys that are sealed as a whole, public parts and instants included: who can write to the store but lacks
 * the secret can neither read a key nor slip one in.
 */
export class SealedKeys {
  constructor(
    private readonly store: KeyStore,
    private readonly seal: KeySeal,
  ) {}

  /**
   * The keys. A record that an older secret sealed is sealed again with the newest, so that the older can be dropped.
   *
   * @throws AuthConfigurationError when it was sealed under another secret
   */
  async read(): Promise<StoredKeys | undefined> {
    const record = await this.store.read();
    if (record === undefined) return undefined;
    const { text, isNewest } = this.seal.open(record.sealed, this.contextOf(record.version));
    const keys = { version: record.version, keys: JSON.parse(text) as StoredKeys['keys'] };
    // The same version: nothing changes but the seal. Whoever replaced the keys meanwhile goes first.
    if (!isNewest) await this.replace(keys, record.version);
    return keys;
  }

  /** As {@link KeyStore.replace}. */
  replace({ version, keys }: StoredKeys, seen: number): Promise<'stored' | 'outdated'> {
    const sealed = this.seal.seal(JSON.stringify(keys), this.contextOf(version));
    const record: KeyRecord = { version, sealed };
    return this.store.replace(record, seen);
  }

  /** As {@link KeyStore.follow}. */
  follow(onChange: () => void): () => void {
    return this.store.follow(onChange);
  }

  /** As {@link KeyStore.announce}. */
  announce(): Promise<void> {
    return this.store.announce();
  }

  private contextOf(version: number): string {
    return `${this.store.place} (version ${version})`;
  }
}
