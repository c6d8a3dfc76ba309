import { Client as AppClient } from '../support/app/client.js';
import { startModule } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';
import { Database, type Tokens } from './deployment/old-authentication.js';
import { releaseOfBoth, releaseOfOurs, releaseOfPassport, type Surroundings } from './deployment/releases.js';
import { RoundRobin } from './deployment/rotation.js';

const INSTANCES = 3;
const AT_ONCE = 24;
const DAY_MS = 86_400_000;

/** A client that keeps what it was given, as clients do. */
interface Client {
  readonly username: string;
  tokens: Tokens;
}

// Fewer on the second: what differs there is how a request is read.
describe.each([
  ['express', 1_000],
  ['fastify', 60],
] as const)('[11-E] a rolling deployment from passport-jwt on %s', (platform, sessions) => {
  let medium: TestMedium;
  let around: Surroundings;
  const fleet = new RoundRobin(platform);
  const clients: Client[] = [];
  const statuses: Record<string, number> = {};
  const rollout = { isOver: false };

  const post = (path: string, body: object) =>
    fleet.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const login = async (at: number): Promise<Client> => {
    const username = `user-${at}`;
    around.database.users.set(username, { roles: ['user'] });
    const { body } = await post('/auth/login', { username, password: `${username}-password` });
    return { username, tokens: body as Tokens };
  };
  const note = (what: string, status: number): void => {
    const key = `${what} ${status}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
  };
  const use = async ({ username, tokens }: Client): Promise<void> => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const { status, body } = await fleet.send('/profile', { headers });
    note('use', status);
    if (status === 200) expect(body).toEqual({ subject: username });
  };
  const refresh = async (client: Client): Promise<void> => {
    const { status, body } = await post('/auth/refresh', { refresh_token: client.tokens.refresh_token });
    note('refresh', status);
    if (status === 200) client.tokens = body as Tokens;
  };
  const isOurs = ({ tokens }: Client): boolean => tokens.refresh_token.startsWith('ghr_');

  /** Uses and refreshes all the time: each client by itself, several at once. */
  const traffic = async (lane: number): Promise<void> => {
    for (let at = lane; !rollout.isOver; at = at + AT_ONCE < sessions ? at + AT_ONCE : lane) {
      const client = clients[at]!;
      await use(client);
      await refresh(client);
      await use(client);
    }
  };

  beforeAll(async () => {
    medium = await startMedium('redis');
    around = {
      database: new Database(),
      redis: medium.redis!,
      until: new Date(Date.now() + DAY_MS),
    };
    for (let at = 0; at < INSTANCES; at++)
      await fleet.deploy(releaseOfPassport(around), { replacing: false });
    for (let at = 0; at < sessions; at += AT_ONCE)
      clients.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(AT_ONCE, sessions - at) }, (_, i) => login(at + i)),
        )),
      );
  }, 120_000);
  afterAll(async () => {
    await fleet.close();
    await medium.stop();
  });

  it(`logs none of ${sessions} users out, and answers no request 401`, async () => {
    const lanes = Array.from({ length: AT_ONCE }, (_, lane) => traffic(lane));
    const served = (): number => Object.values(statuses).reduce((sum, count) => sum + count, 0);
    const someTraffic = async (): Promise<void> => {
      const before = served();
      await until('clients have been served', () => served() > before + 300);
    };
    for (const release of [releaseOfBoth, releaseOfOurs])
      for (let at = 0; at < INSTANCES; at++) {
        await someTraffic();
        await fleet.deploy(release(around));
        // The first instance of the last release is taken back once.
        if (release === releaseOfOurs && at === 0) {
          await someTraffic();
          await fleet.rollBack(releaseOfBoth(around));
          await someTraffic();
          await fleet.deploy(release(around));
        }
      }
    await until('every client has a token of ours', () => clients.every(isOurs));
    rollout.isOver = true;
    await Promise.all(lanes);
    expect(Object.keys(statuses).sort()).toEqual(['refresh 200', 'use 200']);
    expect(around.database.logins).toBe(sessions);
  }, 180_000);
});

it('[11-E] one release instead of two is not enough: an old instance refuses what a new one has issued', async () => {
  const medium = await startMedium('redis');
  const database = new Database();
  database.users.set('ada', { roles: ['user'] });
  const around = { database, redis: medium.redis!, until: new Date(Date.now() + DAY_MS) };
  const [before, after] = [
    await startModule(releaseOfPassport(around)),
    await startModule(releaseOfOurs(around)),
  ];
  const old = await new AppClient(before.url).post<Tokens>('/auth/login', {
    username: 'ada',
    password: 'ada-password',
  });
  const { body } = await new AppClient(after.url).refresh(old.body.refresh_token);
  const statuses = [before, after].map(
    async ({ url }) => (await new AppClient(url).get('/profile', body.access_token)).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 200]);
  for (const { close } of [before, after]) await close();
  await medium.stop();
});
