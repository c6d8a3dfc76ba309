import { Logger, type Provider } from '@nestjs/common';
import { GuardedFiles } from '../files/guarded-files.js';
import { Clock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { createKeySource } from '../keys/create-key-source.js';
import { KeySource } from '../keys/key-source.js';
import { FileKeyStore } from '../keys/managed/file-key.store.js';
import { KeySeal } from '../keys/managed/key-seal.js';
import { RedisKeyStore } from '../keys/managed/redis-key.store.js';
import { SealedKeys } from '../keys/managed/sealed-keys.js';
import { readKeyFiles } from '../keys/sources/file.key-source.js';
import { AuthSettings } from '../options/auth-settings.js';
import { LastingSecret } from '../secret/lasting-secret.js';
import { loadSecret } from '../secret/load-secret.js';
import { closingMedium } from './closing-medium.js';
import { StoreMedium } from './store-medium.js';

/** The lasting secret and the source of signing keys. Files are read here, at boot, and not while options are resolved. */
export const keyProviders: Provider[] = [
  { provide: GuardedFiles, useFactory: guardedFiles },
  closingMedium({ provide: LastingSecret, inject: [AuthSettings, GuardedFiles], useFactory: readAtBoot }),
  {
    provide: KeySource,
    inject: [AuthSettings, StoreMedium, LastingSecret, GuardedFiles, Clock],
    useFactory: keySource,
  },
];

function guardedFiles(): GuardedFiles {
  const logger = new Logger('Gatehouse');
  return new GuardedFiles((message) => logger.warn(message));
}

/** Reads the files that the settings name. @throws AuthConfigurationError with every mistake in them at once */
async function readAtBoot(
  { secret: plan, keys, production }: AuthSettings,
  files: GuardedFiles,
): Promise<LastingSecret> {
  const findings = new ConfigurationFindings();
  const secret = await loadSecret(plan, production, files, findings);
  // Told together with these; otherwise the key source reads its files, and tells.
  if (!findings.isEmpty && keys.origin.kind === 'files')
    await readKeyFiles(keys.origin.files, files, findings);
  findings.throwIfAny();
  if (secret === undefined) throw new TypeError('a secret that is not there has to be a finding');
  return secret;
}

function keySource(
  { keys }: AuthSettings,
  { redis }: StoreMedium,
  secret: LastingSecret,
  files: GuardedFiles,
  clock: Clock,
): KeySource {
  const keptKeys = (file: string): SealedKeys => {
    const store = redis === undefined ? new FileKeyStore(file, files) : new RedisKeyStore(redis);
    return new SealedKeys(store, new KeySeal(secret.keysFor('managed-keys')));
  };
  return createKeySource(keys, { keptKeys, files, clock });
}
