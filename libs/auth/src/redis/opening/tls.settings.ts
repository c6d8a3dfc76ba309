import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import { OpaqueSecret } from '../../kernel/opaque-secret.js';
import type { RedisGroup } from '../redis.options.js';

type RedisTlsOptions = RedisGroup<'tls'>;

/** What TLS to Redis needs, resolved. */
export interface RedisTlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: OpaqueSecret;
  readonly serverName?: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

/** Reads what TLS needs; each mistake becomes a finding, which repeats no key. */
export function readRedisTls(read: OptionReader<RedisTlsOptions>): RedisTlsSettings {
  const [ca, cert] = [readCertificates(read, 'ca'), readCertificates(read, 'cert')];
  const key = readPem(read, 'key');
  const parsed = key === undefined ? undefined : privateKeyOf(key);
  if (key !== undefined && parsed === undefined)
    read.refuse('key', 'expected the PEM of a private key that is not encrypted');
  if (read.has('cert') && !read.has('key')) read.refuse('key', 'is required: `cert` is of no use without it');
  if (read.has('key') && !read.has('cert')) read.refuse('cert', 'is required: `key` is of no use without it');
  if (cert !== undefined && parsed !== undefined && !new X509Certificate(cert).checkPrivateKey(parsed))
    read.refuse('key', 'is not the private key of `cert`');
  const serverName = read.instance<string>('serverName', isHostName, 'the name of a host, not an address');
  return Object.freeze({
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key: new OpaqueSecret(key) }),
    ...(serverName !== undefined && { serverName }),
  });
}

function readCertificates(read: OptionReader<RedisTlsOptions>, name: 'ca' | 'cert'): string | undefined {
  const pem = readPem(read, name);
  const certificates = pem?.match(CERTIFICATE) ?? [];
  // Node ignores what it can't read in `ca`, and then trusts nobody.
  if (certificates.length > 0 && certificates.every(isCertificate)) return pem;
  if (pem !== undefined) read.refuse(name, 'expected certificates as PEM');
  return undefined;
}

/** Line ends may have been spelled out, as environments carry them. */
function readPem(read: OptionReader<RedisTlsOptions>, name: 'ca' | 'cert' | 'key'): string | undefined {
  const isPem = (value: unknown): boolean => typeof value === 'string' && value.includes('-----BEGIN ');
  return read.instance<string>(name, isPem, 'PEM text')?.replaceAll(/\\+r?\\*n/g, '\n');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

// TLS names hosts only (RFC 6066 §3).
function isHostName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z\d][a-z\d._-]{0,252}$/i.test(value) && isIP(value) === 0;
}
