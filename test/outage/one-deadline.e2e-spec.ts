import { Controller, Get } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { digest } from '../../libs/auth/src/kernel/opaque.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { slotOf } from '../../libs/auth/src/redis/outage/server-of.js';
import { SubjectKeys } from '../../libs/auth/src/subjects/subject-keys.js';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { type ClusterRedis, startCluster } from '../support/redis/index.js';
import { persist } from './unavailable.js';

// Long, so that what a busy machine adds is no second one.
const DEADLINE_MS = 1_500;
const SLOTS_EACH = 16_384 / 3;
const keySpace = new KeySpace('gatehouse');
const masterOf = (key: string): number => Math.floor(slotOf(key) / SLOTS_EACH);

/** Where the limit of our address is counted. */
const OF_ADDRESS = masterOf(keySpace.key(`rl:${digest('ip:127.0.0.1', 16)}`));

/** Somebody whose sessions are on another server, and whose own limit is on the third one. */
const USER = Array.from({ length: 1_000 }, (_, number) => `user${number}`).find((name) => {
  const ofSessions = masterOf(SubjectKeys.ofSubject(keySpace, `user-${name}`).revision);
  const ofUser = masterOf(keySpace.key(`rl:${digest(`user:user-${name}`, 16)}`));
  return new Set([OF_ADDRESS, ofSessions, ofUser]).size === 3;
})!;

@Controller()
class Routes {
  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}

type Calls = (client: Client, pair: TokenPair) => Promise<Answer>;

/** What everybody calls, and what is answered when no server of a Cluster answers. */
const calls: readonly (readonly [what: string, status: number, call: Calls])[] = [
  ['a login', 503, (client) => client.post('/auth/login', { username: USER, password: `${USER}-password` })],
  ['a protected route', 503, (client, pair) => client.get('/auth/me', pair.access_token)],
  [
    'a refresh',
    503,
    async (client, pair) => {
      const { body, ...answer } = await client.refresh(pair.refresh_token);
      return { ...answer, body: { ...body } };
    },
  ],
  ['a logout', 503, (client, pair) => client.post('/auth/logout', undefined, pair.access_token)],
  ['a public route', 200, (client) => client.get('/open')],
];

describe.each(platforms)('while all masters of a Cluster hang (%s)', (platform) => {
  let redis: ClusterRedis;
  let running: RunningApp;
  let client: Client;
  let pair: TokenPair;

  beforeAll(async () => {
    // It is not to find its masters failed: it would refuse everything.
    redis = await startCluster({ masters: 3, config: { 'cluster-node-timeout': '60000' } });
    running = await startApp({
      platform,
      logger: false,
      controllers: [Routes],
      options: {
        redis: { url: redis.url, deadline: `${DEADLINE_MS}ms` },
        throttler: {
          throttlers: [
            { limit: 100_000, ttl: '60s' },
            { name: 'user', by: 'user', limit: 100_000, ttl: '60s' },
          ],
        },
      },
    });
    client = new Client(running.url);
  });
  beforeEach(async () => {
    const credentials = { username: USER, password: `${USER}-password` };
    pair = (await persist(() => client.post('/auth/login', credentials))).body as unknown as TokenPair;
    await persist(() => client.get('/auth/me', pair.access_token));
  });
  afterEach(() => redis.resume());
  afterAll(async () => {
    await running?.close();
    await redis?.stop();
  });

  it.each(calls)(
    '[09] %s waits one deadline, though it needs several of them',
    async (_what, status, call) => {
      await redis.hang();
      const startedAt = performance.now();
      const answer = await call(client, pair);
      const deadlines = Math.floor((performance.now() - startedAt) / DEADLINE_MS);
      expect([answer.status, deadlines]).toEqual([status, 1]);
    },
  );
});
