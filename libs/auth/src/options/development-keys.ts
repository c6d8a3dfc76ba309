import { givenOrigins } from '../keys/key-origin.js';
import type { KeysOptions } from '../keys/keys.settings.js';

/** Where generated keys are kept unless the options say otherwise. */
const DEVELOPMENT_KEY_FILE = '.gatehouse/keys.json';

/** Outside production, keys that nobody gave are generated and kept in a file, so that a restart logs nobody out. */
export function developmentKeys(options: KeysOptions = {}, production: boolean): KeysOptions {
  return givenOrigins(options).length > 0 || production
    ? options
    : { ...options, file: DEVELOPMENT_KEY_FILE };
}
