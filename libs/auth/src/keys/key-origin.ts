import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type NamedKey, resolveConfiguredKeys } from './configured-keys.js';
import { type KeyFiles, readKeyFiles } from './sources/file-key-source.js';
import { resolveKeyEncryptionKeys } from './sources/key-encryption.js';
import { type KeyInput, readSecret } from './material/key-material.js';
import { KeySource } from './key-source.js';
import { makeshiftSecretProblem } from './material/secret-strength.js';
import type { ConfiguredKey, KeysOptions } from './keys.settings.js';
import { type RemoteKeysSettings, resolveRemoteKeys } from './remote-keys.settings.js';
import {
  type SigningAlgorithm,
  isHmac,
  isSigningAlgorithm,
  signingAlgorithms,
} from './material/signing-algorithm.js';
import type { KeySet } from './signing-key.js';

/** Where the keys come from, checked as far as can be without going there. */
export type KeyOrigin =
  | { readonly kind: 'static'; readonly keys: KeySet }
  | { readonly kind: 'files'; readonly files: KeyFiles; readonly keys: KeySet }
  | { readonly kind: 'generated'; readonly file: string | undefined }
  | { readonly kind: 'shared'; readonly keyEncryptionKeys: readonly Buffer[] }
  | { readonly kind: 'remote'; readonly remote: RemoteKeysSettings }
  | { readonly kind: 'custom'; readonly source: KeySource };

const ORIGINS = ['privateKey', 'privateKeyFile', 'secret', 'file', 'shared', 'remote', 'source'] as const;
type OriginOption = (typeof ORIGINS)[number];

/** The options that say where keys come from, as far as they are given. */
export function givenOrigins(options: KeysOptions): readonly OriginOption[] {
  return ORIGINS.filter((name) => options[name] !== undefined && options[name] !== false);
}

/** Resolves where keys come from and which algorithm signs; each mistake becomes a finding. */
export function resolveKeyOrigin(
  options: KeysOptions,
  production: boolean,
  findings: ConfigurationFindings,
): { readonly algorithm: SigningAlgorithm; readonly origin: KeyOrigin } {
  const given = givenOrigins(options);
  if (given.length > 1) findings.add('keys', `give one of ${given.join(', ')}, not ${given.length} of them`);
  const wanted = resolveAlgorithm(options.algorithm, findings);
  const origin = originOf(given[0], options, wanted, findings);
  const generates = origin.kind === 'generated' || origin.kind === 'shared';
  if (generates && wanted !== undefined && isHmac(wanted)) {
    findings.add('keys.algorithm', `${wanted} needs keys.secret: secrets are not generated`);
  }
  if (production && origin.kind === 'generated' && origin.file === undefined) {
    findings.add(
      'keys',
      'no key is given; one made at start would be lost with the process and differ on each instance',
    );
  }
  if (production && origin.kind === 'static') refuseMakeshiftSecrets(origin.keys, findings);
  const first = 'keys' in origin ? origin.keys[0]?.algorithm : undefined;
  return { algorithm: wanted ?? first ?? 'RS256', origin };
}

function originOf(
  name: OriginOption | undefined,
  options: KeysOptions,
  algorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): KeyOrigin {
  switch (name) {
    case 'privateKey':
      return staticOrigin(namedKeys(options, findings), algorithm, findings);
    case 'secret':
      return staticOrigin(namedSecrets(options.secret, findings), algorithm ?? 'HS256', findings);
    case 'privateKeyFile':
      return fileOrigin(options, algorithm, findings);
    case 'shared':
      return {
        kind: 'shared',
        keyEncryptionKeys: resolveKeyEncryptionKeys(options.keyEncryptionKey, findings),
      };
    case 'remote':
      return { kind: 'remote', remote: resolveRemoteKeys(options.remote ?? {}, findings) };
    case 'source':
      return customOrigin(options.source, findings);
    default:
      return { kind: 'generated', file: options.file };
  }
}

function resolveAlgorithm(value: unknown, findings: ConfigurationFindings): SigningAlgorithm | undefined {
  if (value === undefined || isSigningAlgorithm(value)) return value;
  findings.add('keys.algorithm', `expected one of ${Object.keys(signingAlgorithms).join(', ')}`);
  return undefined;
}

function staticOrigin(
  named: readonly NamedKey[],
  algorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): KeyOrigin {
  return { kind: 'static', keys: resolveConfiguredKeys(named, algorithm, findings) };
}

function namedKeys(
  { privateKey, passphrase }: KeysOptions,
  findings: ConfigurationFindings,
): readonly NamedKey[] {
  const option = 'keys.privateKey';
  if (!Array.isArray(privateKey)) return [{ option, key: privateKey as KeyInput, passphrase }];
  if (privateKey.length === 0) findings.add(option, 'the list is empty');
  return (privateKey as readonly (KeyInput | ConfiguredKey)[]).map((entry, at) => ({
    passphrase,
    ...(isConfiguredKey(entry) ? entry : { key: entry }),
    option: `${option}[${at}]`,
  }));
}

function isConfiguredKey(entry: KeyInput | ConfiguredKey): entry is ConfiguredKey {
  return typeof entry === 'object' && entry !== null && 'key' in entry;
}

function namedSecrets(secret: KeysOptions['secret'], findings: ConfigurationFindings): readonly NamedKey[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0) findings.add('keys.secret', 'the list is empty');
  return secrets.flatMap((entry, at) => {
    const option = secrets.length === 1 ? 'keys.secret' : `keys.secret[${at}]`;
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) return [{ option, key: readSecret(entry) }];
    findings.add(option, 'expected text or a Buffer');
    return [];
  });
}

/** What does for trying things out on a laptop doesn't do in production. Secrets refused already aren't refused twice. */
function refuseMakeshiftSecrets(keys: KeySet, findings: ConfigurationFindings): void {
  for (const { key, algorithm } of keys) {
    const problem = key.type === 'secret' ? makeshiftSecretProblem(key.export(), algorithm) : undefined;
    if (problem !== undefined) findings.add('keys.secret', problem);
  }
}

function fileOrigin(
  { privateKeyFile = [], passphrase }: KeysOptions,
  algorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): KeyOrigin {
  const files = { paths: [privateKeyFile].flat(), algorithm, passphrase };
  if (files.paths.length === 0) findings.add('keys.privateKeyFile', 'the list is empty');
  return { kind: 'files', files, keys: readKeyFiles(files, findings) };
}

function customOrigin(source: unknown, findings: ConfigurationFindings): KeyOrigin {
  if (!(source instanceof KeySource))
    findings.add('keys.source', 'expected an object of a class that extends KeySource');
  return { kind: 'custom', source: source as KeySource };
}
