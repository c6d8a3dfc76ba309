import type { Clock } from '../kernel/clock.js';
import { FileKeySource } from './sources/file-key-source.js';
import { FileKeyStore } from './sources/file-key-store.js';
import { GeneratedKeySource } from './sources/generated-key-source.js';
import type { KeySource } from './key-source.js';
import type { KeyStore } from './sources/key-store.js';
import type { KeysSettings } from './keys.settings.js';
import { MemoryKeyStore } from './sources/memory-key-store.js';
import { RemoteKeySource } from './sources/remote-key-source.js';
import { StaticKeySource } from './sources/static-key-source.js';

/** The key source that the settings describe. `sharedStore` makes the store for keys shared through Redis. */
export function createKeySource(
  settings: KeysSettings,
  clock: Clock,
  sharedStore: (keyEncryptionKeys: readonly Buffer[]) => KeyStore,
): KeySource {
  const { origin } = settings;
  switch (origin.kind) {
    case 'static':
      return new StaticKeySource(origin.keys);
    case 'files':
      return new FileKeySource(origin.files);
    case 'remote':
      return new RemoteKeySource(origin.remote);
    case 'custom':
      return origin.source;
    case 'shared':
      return new GeneratedKeySource(sharedStore(origin.keyEncryptionKeys), settings, clock);
    case 'generated': {
      const store = origin.file === undefined ? new MemoryKeyStore() : new FileKeyStore(origin.file);
      return new GeneratedKeySource(store, settings, clock);
    }
    default:
      return origin satisfies never;
  }
}
