import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { selfSigned } from '../../../../../test/support/tls/self-signed.js';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../../kernel/configuration/configuration-error.js';
import { resolveRedisSettings } from '../redis.settings.js';
import { isRedisAddress } from '../redis.settings.js';

const ours = selfSigned('ours');
const other = selfSigned('other');
const encrypted = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' },
}).privateKey;

function resolve(given: object) {
  const findings = new ConfigurationFindings();
  const settings = resolveRedisSettings(given, findings);
  findings.throwIfAny();
  if (settings === undefined || !isRedisAddress(settings.source)) throw new Error('no address');
  return settings.source;
}

function findingsIn(given: object): readonly string[] {
  try {
    resolve(given);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.findings.map(({ option, message }) => `${option} ${message}`);
  }
}

const [redis, rediss] = ['redis://a', 'rediss://a'];
const [sentinel, sentinels] = ['redis+sentinel://a/main', 'rediss+sentinel://a/main'];

describe('redis.tls', () => {
  it('keeps certificates and the name, and the key out of sight', () => {
    const { certificates } = resolve({
      url: rediss,
      tls: { ca: other.cert, ...ours, serverName: 'redis.test' },
    });
    expect(certificates).toMatchObject({ ca: other.cert, cert: ours.cert, serverName: 'redis.test' });
    expect(certificates?.key?.reveal()).toBe(ours.key);
    expect(inspect(certificates) + JSON.stringify(certificates)).not.toContain('PRIVATE KEY');
  });

  it('takes line ends that were spelled out, and several authorities', () => {
    const ca = (ours.cert + other.cert).replaceAll('\n', '\\n');
    expect(resolve({ url: rediss, tls: { ca } }).certificates?.ca).toBe(ours.cert + other.cert);
  });

  it.each<[string, object, string]>([
    ['no PEM', { ca: '/etc/redis/ca.crt' }, 'redis.tls.ca expected PEM text'],
    ['a key for a certificate', { ca: ours.key }, 'redis.tls.ca expected certificates as PEM'],
    [
      'a broken certificate',
      { ca: ours.cert.replace('MI', 'AA') },
      'redis.tls.ca expected certificates as PEM',
    ],
    ['a certificate without key', { cert: ours.cert }, 'redis.tls.key is required'],
    ['a key without certificate', { key: ours.key }, 'redis.tls.cert is required'],
    [
      'the key of another',
      { cert: ours.cert, key: other.key },
      'redis.tls.key is not the private key of `cert`',
    ],
    [
      'an encrypted key',
      { cert: ours.cert, key: encrypted },
      'redis.tls.key expected the PEM of a private key',
    ],
    [
      'an address for a name',
      { serverName: '127.0.0.1' },
      'redis.tls.serverName expected the name of a host',
    ],
    [
      'a misspelt name',
      { servername: 'a' },
      'redis.tls.servername is not an option; did you mean serverName?',
    ],
    [
      'a switch for verification',
      { rejectUnauthorized: false },
      'redis.tls.rejectUnauthorized is not an option',
    ],
  ])('finds %s', (_what, tls, expected) => {
    const found = findingsIn({ url: rediss, tls });
    expect(found).toEqual([expect.stringContaining(expected)]);
    expect(found.join()).not.toMatch(/PRIVATE KEY|MI[GIH]/);
  });

  it('goes with a URL that asks for TLS only', () => {
    expect(findingsIn({ url: redis, tls: { ca: ours.cert } })).toEqual([
      'redis.tls needs a URL with TLS: `rediss` in place of `redis`',
    ]);
  });
});

describe('redis.sentinel', () => {
  it('keeps a name, and the password out of sight', () => {
    const address = resolve({ url: sentinel, sentinel: { username: 'app', password: 'hunter2' } });
    expect(address.sentinel).toMatchObject({ username: 'app' });
    expect(address.sentinel?.password?.reveal()).toBe('hunter2');
    expect(inspect(address) + JSON.stringify(address)).not.toContain('hunter2');
  });

  it.each<[object | false, unknown]>([
    [{ ca: ours.cert }, { ca: ours.cert }],
    [false, false],
  ])('keeps what TLS to the sentinels is like (%#)', (tls, expected) => {
    expect(resolve({ url: sentinels, sentinel: { tls } }).sentinel?.tls).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['a name alone', { url: sentinel, sentinel: { username: 'app' } }, 'redis.sentinel.password is required'],
    [
      'a misspelt name',
      { url: sentinel, sentinel: { pasword: 'x' } },
      'redis.sentinel.pasword is not an option',
    ],
    [
      'a word for a switch',
      { url: sentinels, sentinel: { tls: 'no' } },
      'redis.sentinel.tls expected false or',
    ],
    [
      'a mistake below',
      { url: sentinels, sentinel: { tls: { ca: 'x' } } },
      'redis.sentinel.tls.ca expected PEM',
    ],
    [
      'TLS without it',
      { url: sentinel, sentinel: { tls: {} } },
      'redis.sentinel.tls needs a `rediss+sentinel` URL',
    ],
    [
      'no sentinels',
      { url: redis, sentinel: { password: 'x' } },
      'redis.sentinel needs a `redis+sentinel` URL',
    ],
  ])('finds %s', (_what, given, expected) => {
    expect(findingsIn(given)).toEqual([expect.stringContaining(expected)]);
  });
});
