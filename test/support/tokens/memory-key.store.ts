import { type KeyRecord, KeyStore } from '../../../libs/auth/src/keys/managed/key.store.js';

/** Keeps managed keys as long as the spec lives. */
export class MemoryKeyStore extends KeyStore {
  readonly place = 'memory';
  private record: KeyRecord | undefined;
  private readonly followers = new Set<() => void>();

  read(): Promise<KeyRecord | undefined> {
    return Promise.resolve(this.record);
  }

  replace(next: KeyRecord, seen: number): Promise<'stored' | 'outdated'> {
    if (seen !== (this.record?.version ?? 0)) return Promise.resolve('outdated');
    this.record = next;
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
