import { KeyStore } from './key-store.js';
import type { StoredKeys } from './stored-keys.js';

/** Keeps generated keys as long as the process lives. */
export class MemoryKeyStore extends KeyStore {
  private stored: StoredKeys | undefined;
  private readonly followers = new Set<() => void>();

  read(): Promise<StoredKeys | undefined> {
    return Promise.resolve(this.stored);
  }

  replace(next: StoredKeys, seen: number): Promise<'stored' | 'outdated'> {
    if (seen !== (this.stored?.version ?? 0)) return Promise.resolve('outdated');
    this.stored = next;
    return Promise.resolve('stored');
  }

  follow(onChange: () => void): () => void {
    this.followers.add(onChange);
    return () => {
      this.followers.delete(onChange);
    };
  }

  announce(): Promise<void> {
    for (const follower of this.followers) follower();
    return Promise.resolve();
  }
}
