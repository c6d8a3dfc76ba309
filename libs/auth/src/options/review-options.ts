import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isObject } from '../kernel/configuration/option-reader.js';

/**
 * The options of an app that is booted for a review of its routes: with memory in place of its Redis, and a secret and a key that are
 * thrown away, so that it needs none of them and no token of it is worth anything. None of these decides which routes there are.
 */
export function reviewOptions(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { redis: _redis, secretFile: _secretFile, ...options } = given;
  return {
    ...options,
    secret: randomBytes(32).toString('base64'),
    keys: { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
    dangerouslyUseMemoryStoresInProduction: true,
  };
}
