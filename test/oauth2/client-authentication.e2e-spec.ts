import { type AuthenticatedUser, createClientSecret, type OAuthClient } from 'nestjs-gatehouse';
import type { Answer } from '../support/app/client.js';
import type { RunningApp } from '../support/app/start-app.js';
import { startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { asserting, assertion, signer, strangerKeys } from '../support/oauth2/assertions.js';
import { CountedWork } from '../support/oauth2/counted-work.js';
import { ChangingClients, OAuthUsers } from '../support/oauth2/grants-stand.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';

const own = createClientSecret();
const others = createClientSecret();
const grants = ['client_credentials', 'password', 'refresh_token'];
const base = { grants, scope: ['articles:read'], isFirstParty: true, mayIntrospect: true };
const clients: readonly OAuthClient[] = [
  { ...base, id: 'shop', secretHashes: [own.hash] },
  { ...base, id: 'other', secretHashes: [others.hash] },
  { ...base, id: 'replacing', secretHashes: [own.hash, others.hash] },
  { ...base, id: 'posting', secretHashes: [own.hash], authMethod: 'client_secret_post' },
  { ...base, id: 'header', secretHashes: [own.hash], authMethod: 'client_secret_basic' },
  { ...base, id: 'spa', grants: ['password'], mayIntrospect: false },
  signer,
];

type Form = Readonly<Record<string, string>>;
/** How a client shows itself: parameters, and a header. */
type Shown = readonly [form: Form, header?: string];
type Ways = Readonly<Record<string, () => Shown>>;

const byHeader = (id: string, secret: string) => (): Shown => [{}, basic(id, secret)];
const byForm = (id: string, secret: string) => (): Shown => [{ client_id: id, client_secret: secret }];
const byName = (id: string) => (): Shown => [{ client_id: id }];
const byKey = (id: string, algorithm: keyof typeof strangerKeys) => (): Shown => [
  asserting(assertion({ algorithm, key: strangerKeys[algorithm], claims: { iss: id, sub: id } })),
];
const everyClient = (way: (id: string) => () => Shown): Ways =>
  Object.fromEntries(['nobody', 'shop', 'spa', 'signer'].map((id) => [`of ${id}`, way(id)]));

/** Ways to be refused, by how a client authenticates: within one of them nobody may tell one from another. */
const wrongClients: Readonly<Record<string, Ways>> = {
  'a secret in the header': {
    'of an unknown client': byHeader('nobody', own.secret),
    'that is wrong': byHeader('shop', 'wrong'),
    'of another client': byHeader('shop', others.secret),
    'that is wrong, while one is being replaced': byHeader('replacing', 'wrong'),
    'that belongs into the form': byHeader('posting', own.secret),
    'of a public client': byHeader('spa', own.secret),
    'of a client with keys': byHeader('signer', own.secret),
    'of a client in capital letters': byHeader('SHOP', own.secret),
  },
  'a secret in the form': {
    'of an unknown client': byForm('nobody', own.secret),
    'that is wrong': byForm('shop', 'wrong'),
    'of another client': byForm('shop', others.secret),
    'that belongs into the header': byForm('header', own.secret),
    'of a public client': byForm('spa', own.secret),
    'of a client with keys': byForm('signer', own.secret),
  },
  'nothing but the name': {
    'of an unknown client': byName('nobody'),
    'of a client with a secret': byName('shop'),
    'of a client with keys': byName('signer'),
  },
  'an assertion by ES256': everyClient((id) => byKey(id, 'ES256')),
  'an assertion by RS256': everyClient((id) => byKey(id, 'RS256')),
};

const users: Readonly<Record<string, Form>> = {
  'a right user': { username: 'ada', password: 'ada-password' },
  'a wrong password': { username: 'ada', password: 'wrong' },
  'an unknown user': { username: 'eve', password: 'wrong' },
};
const passwordOf = (user: string): Form => ({ grant_type: 'password', ...users[user] });

describe.each(everywhere)(
  '[60] what wrong credentials cost, and are answered ($medium, $platform)',
  (place) => {
    const work = new CountedWork();
    let medium: TestMedium;
    let running: RunningApp;
    let caller: OAuthCaller;

    class CountedClients extends ChangingClients {
      override async find(clientId: string): Promise<OAuthClient | undefined> {
        work.note('registry');
        return super.find(clientId);
      }
    }
    class CountedUsers extends OAuthUsers {
      override async authenticate(
        username: string,
        password: string,
      ): Promise<AuthenticatedUser | undefined> {
        work.note('users');
        return super.authenticate(username, password);
      }
    }

    beforeAll(async () => {
      medium = await startMedium(place.medium);
      const connection =
        typeof medium.redis === 'object' && 'url' in medium.redis ? medium.redis.url : undefined;
      const budgets = [{ failures: 1_000_000, within: '1h' }] as const;
      running = await startApp({
        platform: place.platform,
        logger: false,
        options: {
          ...(connection !== undefined && { redis: { client: work.connect(connection), deadline: '5s' } }),
          throttler: {
            throttlers: [{ name: 'default', limit: 1_000_000, ttl: '1h' }],
            headers: 'none',
            credentials: { perAccountAndAddress: budgets, perAddress: budgets, perAccount: budgets },
          },
        },
        extras: {
          userAuthenticator: { useValue: new CountedUsers() },
          oauth: {
            clients: { useValue: new CountedClients(...clients) },
            dangerouslyAllowPasswordGrant: true,
          },
        },
      });
      caller = new OAuthCaller(running.url);
    });
    afterAll(async () => {
      await running?.close();
      work.close();
      await medium?.stop();
    });

    const send = (path: string, form: Form, [shown, header]: Shown): Promise<Answer> =>
      caller.form(path, { ...form, ...shown }, header === undefined ? {} : { header });

    /** Expects all of some requests to be answered alike, byte for byte, for the same work; tells what that is. */
    async function expectAlike(requests: Readonly<Record<string, () => Promise<Answer>>>) {
      const outcomes: Record<string, Awaited<ReturnType<CountedWork['of']>>> = {};
      for (const [name, request] of Object.entries(requests)) {
        // Keys of clients are read once.
        await request();
        outcomes[name] = await work.of(request);
      }
      const [first] = Object.values(outcomes);
      expect(outcomes).toEqual(Object.fromEntries(Object.keys(outcomes).map((name) => [name, first])));
      return first;
    }

    const requests = (path: string, form: Form, ways: Ways) =>
      Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, () => send(path, form, way())]));

    const expectRefused = async (path: string, form: Form, ways: Ways): Promise<void> => {
      const outcome = await expectAlike(requests(path, form, ways));
      expect(outcome?.answer).toMatch(/^401\n[^]*"error":"invalid_client"/);
      expect(outcome?.work).toMatchObject({ registry: 1 });
    };

    it.each(Object.entries(wrongClients))('a client that shows %s is refused alike', (_, ways) =>
      expectRefused('/oauth/token', { grant_type: 'client_credentials' }, ways),
    );

    it.each(['/oauth/revoke', '/oauth/introspect'])('a client is refused alike at %s', (path) =>
      expectRefused(path, { token: 'x' }, wrongClients['a secret in the header'] ?? {}),
    );

    it('a client is refused alike whoever its user is, and nobody is asked who that is', async () => {
      const ways = { 'of nobody': byForm('nobody', own.secret), 'that is wrong': byForm('shop', 'wrong') };
      const all = Object.keys(users).flatMap((user) =>
        Object.entries(requests('/oauth/token', passwordOf(user), ways)).map(
          ([name, request]) => [`${user}, a secret ${name}`, request] as const,
        ),
      );
      const outcome = await expectAlike(Object.fromEntries(all));
      expect(outcome?.work).not.toHaveProperty('users');
    });

    const wrongUsers: readonly (readonly [string, Form])[] = [
      ['a wrong password', { username: 'ada', password: 'wrong' }],
      ['an unknown user', { username: 'eve', password: 'ada-password' }],
      ['the password of another user', { username: 'eve', password: 'bob-password' }],
      ['a refusal by an exception', { username: 'thrown', password: 'wrong' }],
    ];

    it.each([
      ['with its secret', byHeader('shop', own.secret)],
      ['that is public', byName('spa')],
    ])('a right client %s is told the same of every wrong user', async (_, client) => {
      const outcome = await expectAlike(
        Object.fromEntries(
          wrongUsers.map(([name, form]) => [
            name,
            () => send('/oauth/token', { grant_type: 'password', ...form }, client()),
          ]),
        ),
      );
      expect(outcome?.answer).toMatch(/^400\n[^]*"error":"invalid_grant"/);
      expect(outcome?.work).toMatchObject({ registry: 1, users: 1 });
    });

    it('a login is told the same of every wrong user', async () => {
      const outcome = await expectAlike(
        Object.fromEntries(
          wrongUsers
            .filter(([, { username }]) => username !== 'thrown')
            .map(([name, form]) => [name, () => caller.post('/auth/login', form)]),
        ),
      );
      expect(outcome?.answer).toMatch(/^401\n/);
      expect(outcome?.work).toMatchObject({ users: 1 });
    });
  },
);
