import { hkdfSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { readKeyFile } from '../keys/key-file.js';
import type { KeyOrigin } from '../keys/key-origin.js';
import { LocalSigner } from '../keys/signer.js';
import { canSign, type KeySet } from '../keys/signing-key.js';

/**
 * MAC secrets of refresh tokens when the options bring none: derived from the key material the host gave (HKDF, so that
 * neither reveals the other), or kept beside generated keys. Empty when the private part is not in our hands.
 */
export function refreshMacSecrets(origin: KeyOrigin, findings: ConfigurationFindings): readonly Buffer[] {
  switch (origin.kind) {
    case 'static':
    case 'files':
      // Keys that could not be read stop the boot by themselves.
      return origin.keys.length === 0 ? [randomBytes(32)] : secretsOf(origin.keys).map(derive);
    case 'shared':
      return origin.keyEncryptionKeys.map(derive);
    case 'generated':
      return [origin.file === undefined ? randomBytes(32) : keptBeside(origin.file, findings)];
    case 'remote':
      // A resource server has no sessions.
      return [randomBytes(32)];
    case 'custom':
      return [];
  }
}

/** Newest first, as the keys are: an HMAC secret that only verifies any more still checks old refresh tokens. */
function secretsOf(keys: KeySet): Buffer[] {
  return keys.flatMap((key) => {
    if (key.key.type === 'secret') return [key.key.export()];
    return canSign(key) && key.signer instanceof LocalSigner ? [privateBytes(key.signer.key)] : [];
  });
}

function privateBytes(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' });
}

function derive(material: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', material, '', 'gatehouse refresh token MAC', 32));
}

/** A random secret in a file of its own: generated signing keys rotate, and a rotation must log nobody out. */
function keptBeside(keyFile: string, findings: ConfigurationFindings): Buffer {
  const path = join(dirname(keyFile), 'refresh-mac-secret');
  try {
    makeOnce(path);
    return Buffer.from(readKeyFile(path), 'base64');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    findings.add('sessions.macSecrets', `can't be kept beside keys.file: ${code ?? message}`);
    return randomBytes(32);
  }
}

function makeOnce(path: string): void {
  const aside = `${path}.${randomUUID()}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(aside, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  try {
    // Of two processes that start together one wins and both read the winner's.
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
}
