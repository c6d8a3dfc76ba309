import { Controller, Get } from '@nestjs/common';
import {
  Authenticated,
  CurrentUser,
  defineAccess,
  JwtAuthGuard,
  type Principal,
  Public,
  RateLimits,
  Roles,
  TokenBlacklistService,
  TokenService,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type Platform, type RunningApp, startApp } from '../support/app/start-app.js';
import { startCluster, startStandalone } from '../support/redis/index.js';

@Controller()
class AccountController {
  @Authenticated()
  @Get('me')
  me(@CurrentUser() user: Principal): string {
    return user.subject;
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }

  @Roles('nobody')
  @Get('hidden')
  hidden(): string {
    return 'hidden';
  }
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
  command?(...words: string[]): Promise<unknown>;
}

const nowhere = async (): Promise<Server> => ({ url: '', stop: async () => {} });
const alone = async (): Promise<Server> => {
  const server = await startStandalone();
  return {
    url: server.url,
    stop: () => server.stop(),
    command: (word, ...more) => server.nodes[0]!.command(word, ...more),
  };
};
const cluster = async (): Promise<Server> => {
  const servers = await startCluster({ masters: 3 });
  return { url: servers.url, stop: () => servers.stop() };
};

const media: readonly {
  name: string;
  platform: Platform;
  start: () => Promise<Server>;
  maxStaleness?: '30s';
}[] = [
  { name: 'memory', platform: 'fastify', start: nowhere },
  { name: 'Redis', platform: 'express', start: alone },
  { name: 'Redis with bounded staleness', platform: 'fastify', start: alone, maxStaleness: '30s' },
  { name: 'a Cluster', platform: 'fastify', start: cluster },
];

describe.each(media)(
  'one wait for all limits and the revocation, on $name and $platform',
  ({ name, platform, start, maxStaleness }) => {
    let server: Server;
    let app: RunningApp;
    let client: Client;
    let users = 0;

    beforeAll(async () => {
      server = await start();
      app = await startApp({
        platform,
        controllers: [AccountController],
        options: {
          ...(server.url !== '' && { redis: { url: server.url, deadline: '5s' } }),
          ...(maxStaleness !== undefined && { tokenBlacklist: { maxStaleness } }),
          rbac: { definition: defineAccess({ roles: { nobody: { grants: ['hidden:read'] } } }) },
          throttler: {
            throttlers: [
              { name: 'address', limit: 5, ttl: '60s' },
              { name: 'account', limit: 4, ttl: '60s', by: 'user' },
            ],
          },
        },
      });
      client = new Client(app.url);
    });

    afterAll(async () => {
      await app.close();
      await server.stop();
    });

    beforeEach(async () => {
      for (const each of ['address', 'account']) await limits().reset(each, { ip: '127.0.0.1' });
    });

    const limits = (): RateLimits => app.app.get(RateLimits);

    /** A user of its own for each test, whose token the app knows. */
    const login = async (): Promise<{ token: string; subject: string; used: () => Promise<number> }> => {
      const subject = `user-${users++}`;
      const { accessToken } = await app.app.get(TokenService).login({
        subject,
        clientId: 'first-party',
        roles: [],
        authenticatedAt: Date.now(),
        device: {},
      });
      return {
        token: accessToken,
        subject,
        used: async () => (await limits().peek('account', { user: subject })).used,
      };
    };
    const usedByAddress = async (): Promise<number> =>
      (await limits().peek('address', { ip: '127.0.0.1' })).used;

    it('both stages are told in one field, and both count', async () => {
      const { token, used } = await login();
      const { status, headers } = await client.get('/me', token);
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe('"address";q=5;w=60, "account";q=4;w=60');
      expect(headers.get('ratelimit')).toMatch(/^"address";r=4;t=\d+, "account";r=3;t=\d+$/);
      expect([await usedByAddress(), await used()]).toEqual([1, 1]);
    });

    it('what the address refuses, the user is not charged for', async () => {
      const [first, second] = [await login(), await login()];
      const answers = [];
      for (const { token } of [first, first, first, second, second, second])
        answers.push(await client.get('/me', token));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
      expect(answers[5]!.headers.get('ratelimit')).not.toContain('account');
      expect(answers[5]!.body).toMatchObject({ 'violated-policies': ['address'] });
      expect(await second.used()).toBe(2);
    });

    it('a revoked token is refused by the next call, costs the address, and its user nothing', async () => {
      const { token, subject, used } = await login();
      expect((await client.get('/me', token)).status).toBe(200);
      await app.app.get(TokenBlacklistService).revokeSubject(subject);
      const refused = await client.get('/me', token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
      expect(refused.headers.get('ratelimit')).not.toContain('account');
      expect([await usedByAddress(), await used()]).toEqual([2, 1]);
    });

    it('what the user is refused, the address is charged for', async () => {
      const { token, used } = await login();
      const statuses = [];
      for (let call = 0; call < 5; call++) statuses.push((await client.get('/me', token)).status);
      expect(statuses).toEqual([200, 200, 200, 200, 429]);
      expect([await usedByAddress(), await used()]).toEqual([5, 4]);
    });

    it('access is decided last: a call that is denied costs both', async () => {
      const { token, used } = await login();
      expect((await client.get('/hidden', token)).status).toBe(403);
      expect([await usedByAddress(), await used()]).toEqual([1, 1]);
    });

    it('on a public route both count the address, and what the first refuses the second is not charged for', async () => {
      const statuses = [];
      for (let call = 0; call < 5; call++) statuses.push((await client.get('/open')).status);
      expect(statuses).toEqual([200, 200, 200, 200, 429]);
      await limits().block('address', { ip: '127.0.0.1' }, '60s');
      const refused = await client.get('/open');
      expect(refused.body).toMatchObject({ 'violated-policies': ['address'] });
      expect(refused.headers.get('ratelimit')).not.toContain('account');
    });

    it('a guard that a host has mocked is asked', async () => {
      const { token } = await login();
      const asked = jest.spyOn(app.app.get(JwtAuthGuard), 'canActivate');
      expect((await client.get('/me', token)).status).toBe(200);
      expect(asked).toHaveBeenCalledTimes(1);
      asked.mockRestore();
    });

    it('[10-A] a known token is one run of one script on one server', async () => {
      const { command } = server;
      // Elsewhere there is nothing to count, or more than one server.
      if (command === undefined) return expect(['memory', 'a Cluster']).toContain(name);
      const { token } = await login();
      await client.get('/me', token);
      await command('config', 'resetstat');
      for (const path of ['/me', '/me', '/open']) await client.get(path, path === '/me' ? token : undefined);
      const stats = String(await command('info', 'commandstats'));
      const calls = Object.fromEntries(
        [...stats.matchAll(/^cmdstat_(evalsha|eval|mget|get):calls=(\d+)/gm)].map(([, word, count]) => [
          word,
          Number(count),
        ]),
      );
      // Each window is read with a GET inside of the script, and the revocation with an MGET.
      expect(calls).toMatchObject({ get: 6, evalsha: 3, ...(maxStaleness === undefined && { mget: 2 }) });
    });

    // Last: what is counted here takes room for as long as it counts.
    it('a Redis that takes no writes still says whether a token was revoked; limits are counted here meanwhile', async () => {
      const { command } = server;
      if (command === undefined) return expect(['memory', 'a Cluster']).toContain(name);
      const [{ token }, revoked] = [await login(), await login()];
      for (const each of [token, revoked.token]) await client.get('/me', each);
      await app.app.get(TokenBlacklistService).revokeSubject(revoked.subject);
      await command('config', 'set', 'min-replicas-to-write', '1');
      const statuses = [];
      for (const each of [token, revoked.token, token]) statuses.push((await client.get('/me', each)).status);
      await command('config', 'set', 'min-replicas-to-write', '0');
      expect(statuses).toEqual([200, 401, 200]);
    });
  },
);
