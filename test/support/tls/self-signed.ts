import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A key and its certificate, as TLS takes them. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

// DER tags (X.690 §8).
const [INTEGER, BIT_STRING, OCTETS, OID, UTF8, UTC_TIME, SEQUENCE, SET] = [2, 3, 4, 6, 12, 23, 48, 49];
const [VERSION, EXTENSIONS] = [160, 163];
// RFC 5280 §4.2.1.6.
const [DNS_NAME, IP_ADDRESS] = [0x82, 0x87];
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];
const COMMON_NAME = [0x55, 0x04, 0x03];
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const YEAR_MS = 365 * 24 * 60 * 60_000;

/**
 * A certificate that vouches for itself (RFC 5280 §4.1), without any tool of the machine.
 * @param hosts names and IPv4 addresses that it holds for, besides its common name
 */
export function selfSigned(commonName: string, hosts: readonly string[] = []): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, der(OID, Buffer.from(ECDSA_WITH_SHA256)));
  const attribute = der(SEQUENCE, der(OID, Buffer.from(COMMON_NAME)), der(UTF8, Buffer.from(commonName)));
  const name = der(SEQUENCE, der(SET, attribute));
  const now = Date.now();
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    // Positive, and with no zero in front.
    der(INTEGER, Buffer.from([0x4a]), randomBytes(8)),
    algorithm,
    name,
    der(SEQUENCE, utcTime(now - YEAR_MS), utcTime(now + YEAR_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(hosts.length === 0 ? [] : [der(EXTENSIONS, der(SEQUENCE, alternativeNames(hosts)))]),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', content, privateKey));
  const cert = der(SEQUENCE, content, algorithm, signature).toString('base64');
  // RFC 7468 §2: lines of 64, and no empty one at the end.
  const lines = cert.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host)
      ? der(IP_ADDRESS, Buffer.from(host.split('.').map(Number)))
      : der(DNS_NAME, Buffer.from(host)),
  );
  return der(SEQUENCE, der(OID, Buffer.from(ALTERNATIVE_NAMES)), der(OCTETS, der(SEQUENCE, ...names)));
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

function der(tag: number | undefined, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag!, ...size]), content]);
}
