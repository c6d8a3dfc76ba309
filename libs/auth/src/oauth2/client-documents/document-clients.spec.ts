import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { DocumentServer, json } from '../../../../../test/support/oauth2/document-server.js';
import { until } from '../../../../../test/support/until.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemoryClientRegistry } from '../clients/memory-client.registry.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { DocumentClients } from './document-clients.js';

const ID = 'https://app.test/client.json';
const scope = ['articles:read'];
const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const document = {
  client_id: ID,
  client_name: 'An app',
  redirect_uris: ['https://app.test/callback'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
};
const away = expect.objectContaining({ code: 'store_unavailable' });

describe('DocumentClients', () => {
  let server: DocumentServer;
  let clock: ManualClock;
  let clients: DocumentClients;

  const start = (hosts?: readonly string[], registered: readonly OAuthClient[] = []): DocumentClients =>
    new DocumentClients(new MemoryClientRegistry(registered), server, { scope, hosts }, clock);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await DocumentServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    server.asked.length = 0;
    server.elsewhere = undefined;
    server.answer = json(document);
    clock = new ManualClock();
    clients = start();
  });

  it('[cimd-4] describes a client of users, with the scope that is given here and no rights of its own', async () => {
    server.answer = json({
      ...document,
      scope: 'admin',
      is_first_party: true,
      isFirstParty: true,
      roles: ['admin'],
    });
    expect(await clients.find(ID)).toEqual({
      id: ID,
      name: 'An app',
      authMethod: 'none',
      grants: ['authorization_code', 'refresh_token'],
      scope,
      redirectUris: ['https://app.test/callback'],
      dpopBoundAccessTokens: false,
    });
    expect(server.asked).toEqual(['app.test/client.json']);
  });

  it('[cimd-4] may have public keys', async () => {
    server.answer = json({ ...document, jwks: { keys: [jwk] }, grant_types: undefined });
    expect(await clients.find(ID)).toMatchObject({
      authMethod: 'private_key_jwt',
      grants: ['authorization_code'],
    });
  });

  it('[cimd-4] has a name that turns nothing round on the page where it is shown', async () => {
    const names = ['\u202Eppa nA\u202C', 'An\u2066\u200F app', ' \u2028An app\n', 'An app\u0000\u2069'];
    for (const [at, client_name] of names.entries()) {
      const client_id = `${ID}${at}`;
      server.answer = json({ ...document, client_id, client_name });
      expect((await clients.find(client_id))?.name).toBe(at === 0 ? 'ppa nA' : 'An app');
    }
    server.answer = json({ ...document, client_name: '\u202E\u2028' });
    expect(await clients.find(ID)).toHaveProperty('name', undefined);
  });

  it('[9449-40] may say that its tokens are bound to a key', async () => {
    server.answer = json({ ...document, dpop_bound_access_tokens: true });
    expect(await clients.find(ID)).toMatchObject({ dpopBoundAccessTokens: true });
  });

  const none: readonly (readonly [string, object])[] = [
    ['says neither yes nor no about bound tokens', { dpop_bound_access_tokens: 'true' }],
    ['is about another client', { client_id: 'https://app.test/other.json' }],
    ['writes its address in another way', { client_id: `${ID}/` }],
    ['has no id', { client_id: undefined }],
    ['has a secret', { client_secret: 'known to everybody' }],
    ['has a secret that expires', { client_secret_expires_at: 0 }],
    ['authenticates by a secret', { token_endpoint_auth_method: 'client_secret_post' }],
    [
      'has keys elsewhere',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.test/jwks' },
    ],
    ['has keys elsewhere, and says no more', { jwks_uri: 'https://app.test/jwks' }],
    ['has no good keys', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['has nowhere to go', { redirect_uris: [] }],
    ['says no list', { redirect_uris: 'https://app.test/callback' }],
    [
      'goes to too many places',
      { redirect_uris: Array.from({ length: 21 }, (_, at) => `https://app.test/${at}`) },
    ],
    ['is for machines', { grant_types: ['client_credentials'] }],
    ['wants tokens at once', { response_types: ['token'] }],
    ['has an object for a name', { client_name: { en: 'App' } }],
  ];

  it.each(none)('[cimd-4] a document that %s describes none', async (_, changes) => {
    server.answer = json({ ...document, ...changes });
    expect(await clients.find(ID)).toBeUndefined();
  });

  const spoilt: readonly (readonly [string, DocumentServer['answer']])[] = [
    ['a redirect', (response) => void response.writeHead(302, { location: '/client2.json' }).end()],
    ['nothing', (response) => void response.writeHead(404).end()],
    ['a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
    ['no JSON', json('{')],
    ['a list', json([])],
    ['two ids', json(`{"client_id":"x",${JSON.stringify(document).slice(1)}`)],
    ['more than 5 KiB', json({ ...document, more: 'x'.repeat(6000) })],
    [
      'more than it says',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`{"more":"${'x'.repeat(6000)}`);
      },
    ],
  ];

  it.each(spoilt)('[cimd-ssrf] %s is no client', async (_, answer) => {
    server.answer = answer;
    expect(await clients.find(ID)).toBeUndefined();
    expect(server.asked).toEqual(['app.test/client.json']);
  });

  const troubles: readonly (readonly [string, () => void])[] = [
    ['has a problem', () => void (server.answer = (response) => void response.writeHead(503).end())],
    ['has too much to do', () => void (server.answer = (response) => void response.writeHead(429).end())],
    ['hangs up', () => void (server.answer = (response) => void response.destroy())],
    ['is not there', () => void (server.elsewhere = async () => ({ address: '127.0.0.1', port: 1 }))],
    [
      'has a name that nobody can resolve now',
      () => void (server.elsewhere = () => Promise.reject(new Error('SERVFAIL'))),
    ],
    [
      'stops amid its answer',
      () => {
        server.answer = (response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
          response.write('{', () => response.destroy());
        };
      },
    ],
  ];

  it.each(troubles)('[cimd-ssrf] is away, not unknown, while its server %s', async (_, begin) => {
    begin();
    await expect(clients.find(ID)).rejects.toEqual(away);
  });

  it('[cimd-ssrf] gives a server up that is silent', async () => {
    server.answer = () => undefined;
    await expect(clients.find(ID)).rejects.toEqual(away);
  });

  it('[cimd-ssrf] trusts the certificate of the name, not that of the address', async () => {
    await expect(clients.find('https://other.test/client.json')).rejects.toEqual(away);
    expect(server.asked).toEqual([]);
  });

  it('[cimd-ssrf] asks nobody about names that lead inside, and ids that are no such address', async () => {
    server.elsewhere = async () => undefined;
    expect(await clients.find(ID)).toBeUndefined();
    server.elsewhere = undefined;
    for (const id of ['app', 'http://app.test/client.json', 'https://app.test/', 'https://127.0.0.1/a'])
      expect(await clients.find(id)).toBeUndefined();
    expect(await start(['other.test']).find(ID)).toBeUndefined();
    expect(server.asked).toEqual([]);
    expect(await start(['app.test']).find(ID)).toBeDefined();
  });

  it('asks the registry first', async () => {
    const registered: OAuthClient = { id: ID, grants: [], scope: [] };
    expect(await start(undefined, [registered]).find(ID)).toBe(registered);
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['an hour unless it says so', {}, 3600],
    ['as long as it says', { 'cache-control': 'public, max-age=600' }, 600],
    ['a minute at least', { 'cache-control': 'no-store' }, 60],
    ['a day at most', { 'cache-control': 'max-age=99999999' }, 86_400],
  ])('[cimd-5] keeps a document %s', async (_, headers, seconds) => {
    server.answer = json(document, headers);
    await clients.find(ID);
    clock.advance(seconds * 1000 - 1);
    await clients.find(ID);
    expect(server.asked).toHaveLength(1);
    clock.advance(1);
    await clients.find(ID);
    expect(server.asked).toHaveLength(2);
  });

  it('[cimd-5] keeps what is no client for half a minute', async () => {
    server.answer = json({ ...document, redirect_uris: [] });
    for (let at = 0; at < 3; at += 1) await clients.find(ID);
    expect(server.asked).toHaveLength(1);
    server.answer = json(document);
    clock.advance(30_000);
    expect(await clients.find(ID)).toBeDefined();
  });

  it('[cimd-ssrf] fetches a document once for all who ask, and few at a time', async () => {
    const waiting: (() => void)[] = [];
    server.answer = (response, request) => void waiting.push(() => json(document)(response, request));
    const same = Array.from({ length: 50 }, () => clients.find(ID));
    const others = Array.from({ length: 20 }, (_, at) => clients.find(`https://app.test/${at}`));
    const told = Promise.allSettled(others);
    await until('16 are under way', () => waiting.length === 16);
    for (const go of waiting) go();
    expect(new Set(await Promise.all(same)).size).toBe(1);
    expect((await told).filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(server.asked).toHaveLength(16);
  });
});
