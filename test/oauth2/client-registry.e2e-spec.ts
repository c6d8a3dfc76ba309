import { UnauthorizedException } from '@nestjs/common';
import { AuthError, ClientRegistry, type OAuthClient } from 'nestjs-gatehouse';
import { Warnings } from '../support/app/warnings.js';
import { platforms } from '../support/app/start-app.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { CLIENT_SECRET, CLIENT_SECRET_HASH, OAuthStand } from '../support/oauth2/oauth-stand.js';

const shop: OAuthClient = {
  id: 'shop',
  secretHashes: [CLIENT_SECRET_HASH],
  grants: ['client_credentials'],
  scope: ['articles:read'],
};
const PASSWORD = 'hunter2-of-the-database';
/** More than the unknown clients below take, fewer than the outage. */
const GUESSES = [{ failures: 20, within: '1m' }] as const;
const logger = new Warnings();
let answer: () => unknown;

/** What a database and its driver make of it. */
class Registry extends ClientRegistry {
  find(): OAuthClient | undefined {
    return answer() as OAuthClient | undefined;
  }
}

describe.each(platforms)('a registry of the host on %s', (platform) => {
  let stand: OAuthStand;

  beforeAll(async () => {
    const oauth = { clients: Registry };
    const options = { throttler: { throttlers: [], credentials: { perAccountAndAddress: GUESSES } } };
    stand = await OAuthStand.start({ platform, logger, options, oauth });
  });
  beforeEach(() => {
    logger.lines.length = 0;
  });
  afterAll(() => stand?.close());

  const ask = (form: Readonly<Record<string, string>> = {}) =>
    stand.token({ grant_type: 'client_credentials', ...form }, { header: basic('shop', CLIENT_SECRET) });
  const throwing = (error: unknown) => () => {
    throw error;
  };

  it.each<[string, () => unknown]>([
    ['a client', () => shop],
    ['a promise of one', async () => shop],
    [
      'one with null where there is nothing',
      () => ({ ...shop, name: null, jwks: null, authMethod: null, roles: null }),
    ],
    ['one with more in its row', () => ({ ...shop, createdAt: new Date(), owner: { id: 1 } })],
    ['one of a class', () => Object.assign(Object.create({ save: () => {} }), shop)],
  ])('may answer %s', async (_, answers) => {
    answer = answers;
    expect((await ask()).status).toBe(200);
  });

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a promise of null', async () => null],
    ['false', () => false],
    ['another client, as a database that compares loosely', () => ({ ...shop, id: 'Shop' })],
    ['a list', () => [shop]],
    ['an empty list', () => []],
    ['text', () => 'shop'],
  ])('knows no such client: %s', async (_, answers) => {
    answer = answers;
    expect(await ask()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      throwing(new Error(`connect ECONNREFUSED postgres://app:${PASSWORD}@db.test/clients?x=${PASSWORD}`)),
    ],
    ['throws what is no error', throwing(PASSWORD)],
    ['rejects', () => Promise.reject(new Error(`no route to postgres://app:${PASSWORD}@db.test`))],
    ['throws like a guard', throwing(new UnauthorizedException('no session with the database'))],
    ['throws like a store of ours', throwing(new AuthError('store_unavailable', { retryAfterSeconds: 1 }))],
    ['answers a client without grants', () => ({ ...shop, grants: undefined })],
    ['answers a client whose grants are a promise', () => ({ ...shop, grants: Promise.resolve([]) })],
    ['answers a client whose grants are text', () => ({ ...shop, grants: 'client_credentials' })],
    ['answers a client without scope', () => ({ ...shop, scope: null })],
    ['answers a scope of several words', () => ({ ...shop, scope: ['a b'] })],
    ['answers secrets in the place of hashes', () => ({ ...shop, secretHashes: [PASSWORD] })],
    ['answers one hash in the place of a list', () => ({ ...shop, secretHashes: CLIENT_SECRET_HASH })],
    ['answers a public client with a secret', () => ({ ...shop, authMethod: 'none' })],
    ['answers a method that there is not', () => ({ ...shop, authMethod: 'mtls' })],
    ['answers a private key', () => ({ ...shop, jwks: { keys: [{ kty: 'EC', d: PASSWORD }] } })],
    ['answers a lifetime that is none', () => ({ ...shop, accessTokenTtlMs: '60000' })],
    ['answers a number for a flag', () => ({ ...shop, mayIntrospect: 1 })],
  ])('is an outage and no bad credential where it %s', async (_, answers) => {
    answer = answers;
    const { status, headers, body, text } = await ask();
    expect({ status, ...body }).toEqual({
      status: 503,
      error: 'temporarily_unavailable',
      error_description: 'The service is temporarily unavailable',
    });
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const told = [text, ...logger.lines].join('\n');
    for (const secret of [PASSWORD, CLIENT_SECRET]) expect(told).not.toContain(secret);
  });

  it('says in the log what is wrong', async () => {
    answer = () => ({ ...shop, roles: 'editor' });
    await ask();
    expect(logger.lines.join('\n')).toContain('ClientRegistry.find().roles: expected a list');
  });

  it('is not waited for longer than three seconds', async () => {
    answer = () => new Promise(() => {});
    expect(await ask()).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });

  it.each(['shop\0', '\0', 'shop\u0085', 'sh\nop', ' shop', 'shop\t'])(
    'is not asked for an id that no client can have, which databases fail on: %j',
    async (id) => {
      answer = throwing(new Error('invalid byte sequence for encoding "UTF8": 0x00'));
      const form = { grant_type: 'client_credentials' };
      for (const told of [
        await stand.token(form, { header: basic(id, CLIENT_SECRET) }),
        await stand.token({ ...form, client_id: id, client_secret: CLIENT_SECRET }),
        await stand.token({ ...form, client_id: id }),
      ])
        expect(told).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    },
  );

  it('an outage costs no budget of guesses', async () => {
    answer = throwing(new Error('away'));
    for (let round = 0; round < 40; round++) expect((await ask()).status).toBe(503);
    answer = () => shop;
    expect((await ask()).status).toBe(200);
  });

  it('what is registered counts as it is now', async () => {
    answer = () => shop;
    expect((await ask()).body).toMatchObject({ scope: 'articles:read' });
    answer = () => ({ ...shop, scope: ['articles:write'] });
    expect((await ask()).body).toMatchObject({ scope: 'articles:write' });
    answer = () => ({ ...shop, grants: [] });
    expect((await ask()).body).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe.each(platforms)('[60] whatever is wrong with a client on %s', (platform) => {
  let stand: OAuthStand;

  beforeAll(async () => {
    const { hash } = { hash: CLIENT_SECRET_HASH };
    const clients = [
      shop,
      { ...shop, id: 'posting', authMethod: 'client_secret_post' as const, secretHashes: [hash] },
    ];
    stand = await OAuthStand.start({ platform, oauth: { clients } });
  });
  afterAll(() => stand?.close());

  it('is answered with the same bytes and headers', async () => {
    const form = { grant_type: 'client_credentials' };
    const answers = [
      await stand.token(form, { header: basic('shop', 'wrong') }),
      await stand.token(form, { header: basic('nobody', CLIENT_SECRET) }),
      await stand.token(form, { header: basic('posting', CLIENT_SECRET) }),
      await stand.token({ ...form, client_id: 'shop' }, { header: basic('shop', 'wrong') }),
    ].map(({ status, text, headers }) => {
      const kept = [...headers].filter(([name]) => !/^(?:date|x-ratelimit-|ratelimit)/.test(name));
      return JSON.stringify([status, text, kept]);
    });
    expect(new Set(answers).size).toBe(1);
  });
});
