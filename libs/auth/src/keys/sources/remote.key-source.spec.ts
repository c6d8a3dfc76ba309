import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { jwkThumbprint } from '../../jose/key-id.js';
import { OptionReader } from '../../kernel/configuration/option-reader.js';
import { readRemoteKeys, type RemoteKeysOptions, type RemoteKeysSettings } from './remote-keys.settings.js';
import { RemoteKeySource } from './remote.key-source.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');

type Jwk = Record<string, unknown>;
const jwk = (key: KeyObject, more: Jwk = {}): Jwk => ({ ...key.export({ format: 'jwk' }), ...more });
const settingsOf = (remote: unknown, findings: ConfigurationFindings): RemoteKeysSettings =>
  readRemoteKeys(new OptionReader({ remote }, 'keys', findings));
const rsaJwk = jwk(rsa.publicKey, { kid: 'rsa-1', use: 'sig', alg: 'RS256' });

describe('RemoteKeySource', () => {
  let server: Server;
  let base: string;
  let answer: (response: ServerResponse, path: string) => void;

  const json = (body: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(body));

  beforeAll(async () => {
    server = createServer((request, response) => answer(response, request.url ?? ''));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function source(options: RemoteKeysOptions = { jwksUri: `${base}/jwks` }): RemoteKeySource {
    const findings = new ConfigurationFindings();
    const settings = settingsOf({ timeout: '30s', maxBytes: 10_000, ...options }, findings);
    findings.throwIfAny();
    return new RemoteKeySource(settings);
  }

  const kidsOf = async (keys: unknown[], options?: Partial<RemoteKeysOptions>): Promise<string[]> => {
    answer = json({ keys });
    const set = await source({ jwksUri: `${base}/jwks`, ...options }).load();
    return set.map(({ kid, algorithm }) => `${kid} ${algorithm}`);
  };

  it('reads the keys it can use and passes over the others', async () => {
    const kids = await kidsOf([
      rsaJwk,
      jwk(ec.publicKey, { kid: 'ec-1' }),
      jwk(rsa.publicKey, { kid: 'encryption', use: 'enc' }),
      jwk(rsa.publicKey, { kid: 'other operations', key_ops: ['encrypt'] }),
      jwk(weak.publicKey, { kid: 'weak' }),
      jwk(ed.publicKey, { kid: 'ed' }),
      jwk(rsa.privateKey, { kid: 'private, in public' }),
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
      jwk(rsa.publicKey, { kid: 'hmac', alg: 'HS256' }),
      jwk(rsa.publicKey, { kid: 'wrong family', alg: 'ES256' }),
      { kty: 'RSA', kid: 'damaged', n: 'AQAB' },
      null,
      7,
      'key',
      [],
    ]);
    expect(kids).toEqual(['rsa-1 RS256', 'ec-1 ES384']);
  });

  it('takes a key without a name by its thumbprint, and one without an algorithm by the first that fits', async () => {
    const kid = jwkThumbprint(jwk(rsa.publicKey));
    expect(await kidsOf([jwk(rsa.publicKey)])).toEqual([`${kid} RS256`]);
    expect(await kidsOf([jwk(rsa.publicKey)], { algorithms: ['ES256', 'PS256', 'RS256'] })).toEqual([
      `${kid} PS256`,
    ]);
  });

  it('keeps to the algorithms it was told', async () => {
    await expect(kidsOf([rsaJwk], { algorithms: ['ES384'] })).rejects.toThrow('no key that can be used');
  });

  it('[10-18] gives all keys of one id, and one that is listed twice once', async () => {
    const twin = jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, { kid: 'rsa-1' });
    const other = jwk(ec.publicKey, { kid: 'rsa-1' });
    expect(await kidsOf([rsaJwk, rsaJwk, twin, other])).toEqual([
      'rsa-1 RS256',
      'rsa-1 RS256',
      'rsa-1 ES384',
    ]);
  });

  it('[10-18] follows keys that move, and finds them where they were while discovery fails', async () => {
    let address: string | undefined = 'jwks';
    answer = (response, path) => {
      if (path === '/jwks' || path === '/moved') {
        const isThere = address === undefined || path === `/${address}`;
        return isThere
          ? json({ keys: [{ ...rsaJwk, kid: path }] })(response)
          : void response.writeHead(404).end();
      }
      if (address === undefined) return void response.writeHead(500).end();
      return json({ issuer: base, jwks_uri: `${base}/${address}` })(response);
    };
    const keys = source({ discovery: base });
    const kids = async (): Promise<string[]> => (await keys.load()).map(({ kid }) => kid);
    expect(await kids()).toEqual(['/jwks']);
    address = 'moved';
    expect(await kids()).toEqual(['/moved']);
    address = undefined;
    expect(await kids()).toEqual(['/moved']);
  });

  it('finds the keys by discovery', async () => {
    answer = (response, path) =>
      json(path === '/jwks' ? { keys: [rsaJwk] } : { issuer: `${base}/realm`, jwks_uri: `${base}/jwks` })(
        response,
      );
    expect(await source({ discovery: `${base}/realm` }).load()).toMatchObject([{ kid: 'rsa-1' }]);
  });

  it.each<[string, (address: string) => Jwk]>([
    ['another issuer', (address) => ({ issuer: `${address}/other`, jwks_uri: `${address}/jwks` })],
    [
      'an address that is not https',
      (address) => ({ issuer: `${address}/realm`, jwks_uri: 'http://10.0.0.1/jwks' }),
    ],
    ['a file', (address) => ({ issuer: `${address}/realm`, jwks_uri: 'file:///etc/passwd' })],
    ['no address', (address) => ({ issuer: `${address}/realm` })],
  ])('refuses metadata that names %s', async (_, metadata) => {
    answer = json(metadata(base));
    await expect(source({ discovery: `${base}/realm` }).load()).rejects.toThrow(/names/);
  });

  const body = JSON.stringify({ keys: [rsaJwk] });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'a redirect',
      (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      /can't be read/,
    ],
    ['status 500', (response) => void response.writeHead(500).end(body), /status 500/],
    ['status 204', (response) => void response.writeHead(204).end(), /status 204/],
    ['no JSON', (response) => void response.end('<html>'), /can't be read/],
    ['null', (response) => void response.end('null'), /no JWK Set/],
    ['no keys', (response) => void response.end('{"keys":[]}'), /no key that can be used/],
    ['no list', (response) => void response.end('{"keys":{}}'), /no JWK Set/],
    ['too much', (response) => void response.end(body + ' '.repeat(10_000)), /more than 10000 bytes/],
    [
      'too much, packed small',
      (response) =>
        void response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(body + ' '.repeat(1_000_000))),
      /more than 10000 bytes/,
    ],
    ['a cut connection', (response) => void response.destroy(), /can't be read/],
  ])('fails within its limits on %s', async (_, reply, reason) => {
    answer = reply;
    await expect(source().load()).rejects.toThrow(reason);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing for too long', () => {}],
    ['half, then nothing', (response) => void response.write(body.slice(0, 50))],
  ])('fails within its time on %s', async (_, reply) => {
    answer = reply;
    await expect(source({ jwksUri: `${base}/jwks`, timeout: '300ms' }).load()).rejects.toThrow(/time/i);
  });

  it.each<[string, string, RegExp]>([
    [
      'a name that nobody has',
      'https://nowhere.invalid/jwks?key=hidden',
      /^https:\/\/nowhere\.invalid\/jwks can't be read: .*(ENOTFOUND|EAI_AGAIN)/,
    ],
    ['a closed port', 'http://127.0.0.1:1/jwks', /ECONNREFUSED|bad port/],
    ['no TLS', 'https://127.0.0.1:PORT/jwks', /SSL|TLS/i],
  ])('[10-18] says the reason on %s, and nothing of a query', async (_name, address, reason) => {
    const jwksUri = address.replace('PORT', new URL(base).port);
    const failure = await source({ jwksUri, timeout: '5s' })
      .load()
      .catch((error: unknown) => error);
    expect((failure as Error).message).toMatch(reason);
    expect((failure as Error).message).not.toContain('hidden');
  });
});

describe('bad options of remote keys', () => {
  it.each<[string, RemoteKeysOptions, string]>([
    ['neither address', {}, 'keys.remote:'],
    ['both addresses', { jwksUri: 'https://a.example/jwks', discovery: 'https://a.example' }, 'keys.remote:'],
    ['http', { jwksUri: 'http://a.example/jwks' }, 'keys.remote.jwksUri'],
    ['http for discovery', { discovery: 'http://a.example' }, 'keys.remote.discovery'],
    ['a password in the address', { jwksUri: 'https://me:secret@a.example/jwks' }, 'keys.remote.jwksUri'],
    ['no address', { jwksUri: 'jwks.json' }, 'keys.remote.jwksUri'],
    ['HMAC', { jwksUri: 'https://a.example/jwks', algorithms: ['HS256'] }, 'keys.remote.algorithms'],
    ['none', { jwksUri: 'https://a.example/jwks', algorithms: ['none' as never] }, 'keys.remote.algorithms'],
    ['no algorithm', { jwksUri: 'https://a.example/jwks', algorithms: [] }, 'keys.remote.algorithms'],
    ['a long wait', { jwksUri: 'https://a.example/jwks', timeout: '5m' }, 'keys.remote.timeout'],
    ['a size below 1', { jwksUri: 'https://a.example/jwks', maxBytes: 0 }, 'keys.remote.maxBytes'],
  ])('are named: %s', (_, options, option) => {
    const findings = new ConfigurationFindings();
    settingsOf(options, findings);
    expect(() => findings.throwIfAny()).toThrow(option);
  });
});
