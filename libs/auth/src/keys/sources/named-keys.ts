import { KeyObject } from 'node:crypto';
import type { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { isObject, type OptionReader, readOptions } from '../../kernel/configuration/option-reader.js';
import { KEY_ID } from '../../jose/key-id.js';
import { type KeyInput, readSecret } from '../../jose/key-material.js';
import {
  isSigningAlgorithm,
  type SigningAlgorithm,
  signingAlgorithms,
} from '../../jose/signing-algorithm.js';
import type { KeysOptions } from '../keys.options.js';
import type { NamedKey } from './configured-keys.js';

/** One key of a list, with what belongs to it. */
type ConfiguredKey = Extract<
  Extract<NonNullable<KeysOptions['privateKey']>, readonly unknown[]>[number],
  { readonly key: unknown }
>;

const ONE_OF_ALL = `one of ${Object.keys(signingAlgorithms).join(', ')}`;

/** The keys of `keys.privateKey`, each with the place it stands at. */
export function namedKeys(
  given: unknown,
  passphrase: string | undefined,
  findings: ConfigurationFindings,
): readonly NamedKey[] {
  const option = 'keys.privateKey';
  if (!Array.isArray(given)) return [{ option, key: given as KeyInput, passphrase }];
  if (given.length === 0) findings.add(option, 'the list is empty');
  return given.flatMap((entry: unknown, at) => {
    const place = `${option}[${at}]`;
    if (!isConfiguredKey(entry)) return [{ option: place, key: entry as KeyInput, passphrase }];
    const named = readOptions(entry, place, findings, readConfiguredKey);
    return named === undefined ? [] : [{ passphrase, ...named }];
  });
}

function readConfiguredKey(read: OptionReader<ConfiguredKey>): NamedKey | undefined {
  const passphrase = read.text('passphrase', undefined);
  const kid = read.text('kid', undefined, KEY_ID);
  const algorithm = read.instance<SigningAlgorithm>('algorithm', isSigningAlgorithm, ONE_OF_ALL);
  read.require('key', 'PEM text, a JWK or a KeyObject');
  if (!read.has('key')) return undefined;
  return {
    option: read.pathOf('key'),
    key: read.raw('key') as KeyInput,
    kid,
    algorithm,
    ...(passphrase !== undefined && { passphrase }),
  };
}

/** The secrets of `keys.secret`, each with the place it stands at. */
export function namedSecrets(given: unknown, findings: ConfigurationFindings): readonly NamedKey[] {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (secrets.length === 0) findings.add('keys.secret', 'the list is empty');
  return secrets.flatMap((entry, at) => {
    const option = Array.isArray(given) ? `keys.secret[${at}]` : 'keys.secret';
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) return [{ option, key: readSecret(entry) }];
    findings.add(option, 'expected text or a Buffer');
    return [];
  });
}

// Every JWK has a `kty` (RFC 7517 §4.1), and no option is called so.
function isConfiguredKey(entry: unknown): boolean {
  return isObject(entry) && !(entry instanceof KeyObject) && !Buffer.isBuffer(entry) && !('kty' in entry);
}
