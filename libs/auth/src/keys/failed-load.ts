import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import { failureReason } from '../kernel/failure-reason.js';
import type { KeyOrigin } from './sources/key-origin.js';

/** The option that is to blame when an origin of keys fails. */
const BLAMED: Readonly<Record<KeyOrigin['kind'], string>> = {
  managed: 'keys',
  static: 'keys',
  files: 'keys.privateKeyFile',
  remote: 'keys.remote',
  custom: 'keys.source',
};

/** What stops the boot when keys can't be loaded: a finding at the option they come from, and the failure as its cause. */
export function failedLoad(cause: unknown, { kind }: KeyOrigin): AuthConfigurationError {
  if (cause instanceof AuthConfigurationError) return cause;
  const message = `the keys can't be loaded: ${failureReason(cause)}`;
  return new AuthConfigurationError([{ option: BLAMED[kind], message }], { cause });
}
