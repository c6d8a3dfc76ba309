import type { KeysOptions } from '../keys/keys.settings.js';

/** Where generated keys are kept unless the options say otherwise. */
export const DEVELOPMENT_KEY_FILE = '.gatehouse/keys.json';

const ORIGINS = ['privateKey', 'privateKeyFile', 'secret', 'file', 'shared', 'source'] as const;

/** Outside production, keys that nobody gave are generated and kept in a file, so that a restart logs nobody out. */
export function developmentKeys(options: KeysOptions = {}, production: boolean): KeysOptions {
  const isGiven = ORIGINS.some((origin) => options[origin] !== undefined && options[origin] !== false);
  return isGiven || production ? options : { ...options, file: DEVELOPMENT_KEY_FILE };
}
