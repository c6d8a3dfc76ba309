import type { GuardedFiles } from '../files/guarded-files.js';
import type { Clock } from '../kernel/clock.js';
import type { KeySource } from './key-source.js';
import type { KeysSettings } from './keys.settings.js';
import { ManagedKeySource } from './managed/managed.key-source.js';
import type { SealedKeys } from './managed/sealed-keys.js';
import { FileKeySource } from './sources/file.key-source.js';
import { HostKeySource } from './sources/host.key-source.js';
import { RemoteKeySource } from './sources/remote.key-source.js';
import { StaticKeySource } from './sources/static.key-source.js';

/** What key sources are made with besides the settings. */
export interface KeySourceParts {
  readonly clock: Clock;
  readonly files: GuardedFiles;
  /** Where managed keys are kept: in Redis, or in this file. */
  readonly keptKeys: (file: string) => SealedKeys;
}

/** The key source that the settings describe. */
export function createKeySource(
  settings: KeysSettings,
  { clock, files, keptKeys }: KeySourceParts,
): KeySource {
  const { origin } = settings;
  switch (origin.kind) {
    case 'managed': {
      const { managed } = origin;
      const { prePublishMs, retireAfterMs } = settings;
      return new ManagedKeySource(keptKeys(managed.file), { ...managed, prePublishMs, retireAfterMs }, clock);
    }
    case 'static':
      return new StaticKeySource(origin.keys);
    case 'files':
      return new FileKeySource(origin.files, files, settings, clock);
    case 'remote':
      return new RemoteKeySource(origin.remote);
    case 'custom':
      return new HostKeySource(origin.source);
    default:
      return origin satisfies never;
  }
}
