import { type KeyRecord, KeyStore } from '../../keys/managed/key.store.js';

/** Keeps managed keys for as long as a test lasts, so that none are left in a file. */
export class MemoryKeyStore extends KeyStore {
  readonly place = 'the memory of a test';

  private record: KeyRecord | undefined;

  async read(): Promise<KeyRecord | undefined> {
    return this.record;
  }

  async replace(next: KeyRecord, seen: number): Promise<'stored' | 'outdated'> {
    if (seen !== (this.record?.version ?? 0)) return 'outdated';
    this.record = next;
    return 'stored';
  }

  follow(): () => void {
    return () => {};
  }

  announce(): Promise<void> {
    return Promise.resolve();
  }
}
