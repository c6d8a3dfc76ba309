import { generateKeyPairSync } from 'node:crypto';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../../kernel/configuration/configuration-error.js';
import type { KeyInput } from '../../jose/key-material.js';
import type { SigningAlgorithm } from '../../jose/signing-algorithm.js';
import type { KeySet } from '../signing-key.js';
import { resolveConfiguredKeys } from './configured-keys.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const sec1 = ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const encrypted = rsa.privateKey
  .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  .toString();
const jwk = rsa.privateKey.export({ format: 'jwk' }) as Record<string, unknown>;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const literal = (text: string): string => text.replaceAll('\n', '\\n');

function messagesOf(findings: ConfigurationFindings): readonly string[] {
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    return (error as AuthConfigurationError).findings.map(({ message }) => message);
  }
}

function resolved(
  key: KeyInput,
  {
    algorithm,
    passphrase,
  }: { algorithm?: SigningAlgorithm | undefined; passphrase?: string | undefined } = {},
): { readonly keys: KeySet; readonly findings: readonly string[] } {
  const findings = new ConfigurationFindings();
  const keys = resolveConfiguredKeys([{ option: 'key', key, passphrase }], algorithm, findings);
  return { keys, findings: messagesOf(findings) };
}

describe('[10-18] a PEM is repaired', () => {
  const texts: readonly (readonly [string, string | Buffer, string?])[] = [
    ['with line ends spelled out', literal(pem)],
    ['with line ends spelled out and one real one', `${literal(pem)}\n`],
    ['with line ends spelled out and real ones in the middle', pem.replace('\n', '\\n')],
    ['with line ends spelled out twice', pem.replaceAll('\n', '\\\\n')],
    ['with Windows line ends spelled out', pem.replaceAll('\n', '\\r\\n')],
    ['with Windows line ends', pem.replaceAll('\n', '\r\n')],
    ['with line ends of old Macs', pem.replaceAll('\n', '\r')],
    ['in double quotes', `"${pem}"`],
    ['in double quotes, with line ends spelled out', `"${literal(pem)}"`],
    ['in single quotes', `'${pem}'`],
    ['in quotes within quotes', `'"${literal(pem)}"'`],
    ['with spaces around', `  \n ${pem}  `],
    ['with a byte order mark', `\uFEFF${pem}`],
    ['with a byte order mark in a Buffer', Buffer.from(`\uFEFF${pem}`)],
    ['indented', pem.replaceAll('\n', '\n    ')],
    ['on one line, with spaces for line ends', pem.trim().replaceAll('\n', ' ')],
    ['as base64', base64(pem)],
    ['as base64 in quotes, with line ends', `"${base64(pem).replaceAll(/.{76}/g, '$&\n')}"`],
    ['as base64 of line ends that are spelled out', base64(literal(pem))],
    [
      'after the words of openssl pkcs12',
      `Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n${pem}`,
    ],
    ['with a public key in front', `${publicPem}${pem}`],
    ['encrypted in the old way', encrypted, 'x'],
    ['encrypted in the old way, with line ends spelled out', literal(encrypted), 'x'],
    ['a JWK as text in quotes', `'${JSON.stringify(jwk)}'`],
    ['a JWK as text within JSON', JSON.stringify(JSON.stringify(jwk))],
    ['a JWK as base64', base64(JSON.stringify(jwk))],
  ];

  it.each(texts.map(([name, text, passphrase]) => ({ name, text, passphrase })))(
    '$name',
    ({ text, passphrase }) => {
      const { keys, findings } = resolved(text, { passphrase });
      expect(findings).toEqual([]);
      expect(keys[0]?.publicJwk).toMatchObject({ n: jwk['n'], alg: 'RS256' });
    },
  );

  it('with curve parameters in front, as openssl ecparam writes it', () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    expect(resolved(parameters + sec1).keys[0]?.algorithm).toBe('ES256');
  });
});

describe('[10-18] a text that is no key is told what it is', () => {
  it.each([
    ['the first line alone', '-----BEGIN PRIVATE KEY-----', /only the first line/],
    ['one that was cut off', pem.slice(0, 300), /cut off/],
    ['the inside of a PEM', pem.split('\n').slice(1, -2).join('\n'), /BEGIN and END lines are missing/],
    ['a path', '/run/secrets/key.pem', /keys\.privateKeyFile/],
    ['the name of a file', 'key.pem', /keys\.privateKeyFile/],
    ['an OpenSSH public key', 'ssh-rsa AAAAB3NzaC1yc2E user@host', /OpenSSH public key/],
    [
      'an OpenSSH private key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      /ssh-keygen/,
    ],
    ['UTF-16', Buffer.from(pem, 'utf16le').toString(), /UTF-16/],
    ['two private keys', pem + sec1, /2 private keys/],
    ['an encrypted one', encrypted, /give its passphrase/],
    ['a JWK Set', JSON.stringify({ keys: [jwk] }), /JWK Set/],
    [
      'a certificate request',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      /unknown kind/,
    ],
    ['anything else', 'hello', /expected PEM text or a JWK/],
  ])('%s', (_name, text, finding) => {
    const { findings } = resolved(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(finding);
    expect(findings[0]).not.toContain(pem.slice(40, 60));
  });
});

describe('[10-18] what a JWK says of itself', () => {
  it.each([
    ['an object', (members: object): KeyInput => ({ ...jwk, ...members })],
    ['text', (members: object): KeyInput => JSON.stringify({ ...jwk, ...members })],
  ])('holds: kid and alg, in %s', (_name, given) => {
    const { keys, findings } = resolved(given({ kid: 'mine', alg: 'PS256', use: 'sig', key_ops: ['sign'] }));
    expect(findings).toEqual([]);
    expect(keys[0]).toMatchObject({ kid: 'mine', algorithm: 'PS256' });
    expect(keys[0]?.publicJwk).toMatchObject({ kid: 'mine', alg: 'PS256' });
  });

  it('gives way to what stands beside the key, as far as they agree', () => {
    const findings = new ConfigurationFindings();
    const entry = {
      option: 'key',
      key: { ...jwk, kid: 'mine', alg: 'RS256' },
      kid: 'other',
      algorithm: 'RS256' as const,
    };
    expect(resolveConfiguredKeys([entry], undefined, findings)[0]).toMatchObject({ kid: 'other' });
  });

  it.each<[object, SigningAlgorithm | undefined, RegExp]>([
    [{ use: 'enc' }, undefined, /use is not sig/],
    [{ key_ops: ['verify'] }, undefined, /key_ops lack sign/],
    [{ key_ops: ['decrypt', 'unwrapKey'] }, undefined, /key_ops lack sign/],
    [{ key_ops: 'sign' }, undefined, /key_ops lack sign/],
    [{ alg: 'RS256' }, 'PS256', /the JWK is for RS256, and PS256 is asked for/],
    [{ alg: 'RSA-OAEP' }, undefined, /not one that tokens can be signed with/],
    [{ alg: 'RSA-OAEP' }, 'RS256', /not one that tokens can be signed with/],
    [{ alg: 'ES256' }, undefined, /EC key, not RSA/],
    [{ alg: 5 }, undefined, /not one that tokens can be signed with/],
    [{ kid: 5 }, undefined, /kid is not 1 to 256/],
    [{ kid: 'with space' }, undefined, /kid is not 1 to 256/],
  ])('%j with keys.algorithm %s is refused', (members, algorithm, finding) => {
    expect(resolved({ ...jwk, ...members }, { algorithm }).findings).toEqual([
      expect.stringMatching(finding),
    ]);
  });

  it('lets an older key verify with its own algorithm', () => {
    const findings = new ConfigurationFindings();
    const older = {
      ...(rsa.publicKey.export({ format: 'jwk' }) as object),
      alg: 'PS384',
      kid: 'old',
      key_ops: ['verify'],
    };
    const named = [
      { option: 'a', key: ec.privateKey },
      { option: 'b', key: older },
    ];
    const keys = resolveConfiguredKeys(named, 'ES256', findings);
    expect(messagesOf(findings)).toEqual([]);
    expect(keys.map(({ kid, algorithm }) => [kid, algorithm])[1]).toEqual(['old', 'PS384']);
  });
});
