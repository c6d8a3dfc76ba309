import { Controller, Get, type LoggerService } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import {
  type AccessDefinition,
  ApiKeyService,
  type AuthModuleOptions,
  KeyRotationService,
  LiveRoleGraph,
  Permissions,
  Public,
  RateLimits,
  RoleSource,
  SessionService,
  ThrottleCost,
  TokenBlacklistService,
} from 'nestjs-gatehouse';
import { legacyOptions, oldTokens } from '../legacy/old-tokens.js';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';

/** The table of roles that all instances read. */
class SharedRoles extends RoleSource {
  definition: AccessDefinition = { roles: { demo: { grants: [] } } };

  load(): Promise<AccessDefinition> {
    return Promise.resolve(this.definition);
  }
}

@Controller()
class Routes {
  @Permissions('posts:write')
  @Get('posts')
  write(): string {
    return 'written';
  }

  @Public()
  @Throttle({ default: { limit: 2, ttl: 60_000 } })
  @Get('limited')
  limited(): string {
    return 'limited';
  }

  @Public()
  @ThrottleCost(300)
  @Get('dear')
  dear(): string {
    return 'dear';
  }
}

type RedisOption = NonNullable<AuthModuleOptions['redis']>;

/** Two instances of an app that uses all of the library that speaks to Redis, and the ways through it. */
export class Journey {
  private readonly client: Client;

  private constructor(
    private readonly roles: SharedRoles,
    readonly apps: readonly [RunningApp, RunningApp],
  ) {
    this.client = new Client(apps[0].url);
  }

  /** @param redis for each instance */
  static async start(redis: () => RedisOption, logger?: LoggerService): Promise<Journey> {
    const roles = new SharedRoles();
    const start = (): Promise<RunningApp> =>
      startApp({
        logger: logger ?? false,
        controllers: [Routes],
        options: {
          redis: redis(),
          keys: { algorithm: 'ES256' },
          rbac: { source: roles },
          apiKeys: true,
          legacy: legacyOptions(),
          sessions: { maxSessionsPerSubject: 3 },
          tokenBlacklist: { maxStaleness: '10s' },
          throttler: {
            throttlers: [
              { limit: 10_000, ttl: '60s' },
              { name: 'bounded', limit: 10_000, ttl: '60s', precision: 'bounded' },
            ],
          },
        },
      });
    return new Journey(roles, [await start(), await start()]);
  }

  /** Fails at the first step that isn't answered as it should be. */
  async walk(): Promise<void> {
    await this.sessions();
    await this.revocations();
    await this.apiKeys();
    await this.limits();
    await this.roleChange(true);
    await this.keyRotation();
  }

  async sessions(): Promise<void> {
    const first = await this.client.login();
    await this.expectMe(first, 200);
    const refreshed = await this.client.refresh(first.refresh_token);
    expect(refreshed.status).toBe(200);
    await this.expectMe(refreshed.body, 200);
    // One more than there may be.
    const others = [await this.client.login(), await this.client.login(), await this.client.login()];
    await this.expectMe(refreshed.body, 401);
    const token = others[2]?.access_token;
    expect((await this.client.get('/auth/sessions', token)).body).toHaveLength(3);
    const list = this.apps[0].app.get(SessionService);
    const [eldest] = await list.list('user-demo', { limit: 1 });
    expect(await list.list('user-demo', { limit: 5, after: eldest! })).toHaveLength(2);
    expect((await this.client.post('/auth/logout', undefined, others[0]?.access_token)).status).toBe(204);
    await this.expectMe(others[0]!, 401);
    expect((await this.client.post('/auth/logout-others', undefined, token)).status).toBe(204);
    await this.expectMe(others[1]!, 401);
    await this.expectMe(others[2]!, 200);
    const reused = await this.client.refresh(first.refresh_token);
    expect(reused.status).toBe(400);
  }

  async revocations(): Promise<void> {
    const blacklist = this.apps[0].app.get(TokenBlacklistService);
    const legacy = oldTokens.access('user-old');
    const [pair, again] = [await this.client.login(), await this.client.login()];
    await this.expectMe(pair, 200);
    expect((await this.client.get('/auth/me', legacy)).status).toBe(200);
    expect((await this.client.refresh(oldTokens.refresh('user-old'))).status).toBe(200);
    await blacklist.revokeSubject('user-demo');
    await blacklist.revokeSubject('user-old');
    await this.expectMe(pair, 401);
    expect((await this.client.get('/auth/me', legacy)).status).toBe(401);
    expect((await this.client.refresh(again.refresh_token)).status).toBe(400);
    for (const revoke of [() => blacklist.revokeClient('first-party'), () => blacklist.revokeEverything()]) {
      const before = await this.client.login();
      await this.expectMe(before, 200);
      await revoke();
      await this.expectMe(before, 401);
    }
  }

  async apiKeys(): Promise<void> {
    const keys = this.apps[0].app.get(ApiKeyService);
    const { key, apiKey } = await keys.create({ subject: 'user-demo', name: 'mine', ttl: 'never' });
    const show = (): Promise<number> =>
      this.client
        .send('GET', '/auth/me', { headers: { authorization: `ApiKey ${key}` } })
        .then(({ status }) => status);
    expect(await show()).toBe(200);
    expect(await keys.list('user-demo')).toHaveLength(1);
    expect(await keys.revoke(apiKey.id)).toBe(true);
    expect(await show()).toBe(401);
  }

  async limits(): Promise<void> {
    const here = { ip: '127.0.0.1' } as const;
    const limits = this.apps[0].app.get(RateLimits);
    await limits.reset('default', here);
    const statuses = async (path: string, count: number): Promise<number[]> => {
      const found: number[] = [];
      for (let call = 0; call < count; call++) found.push((await this.client.get(path)).status);
      return found;
    };
    expect(await statuses('/limited', 3)).toEqual([200, 200, 429]);
    expect(await statuses('/dear', 3)).toEqual([200, 200, 200]);
    expect(await limits.peek('default', here)).toMatchObject({ routes: [{ used: 2 }] });
    await limits.block('default', here, '1m');
    expect(await statuses('/limited', 1)).toEqual([429]);
    await limits.reset('default', here);
    expect(await statuses('/limited', 1)).toEqual([200]);
    const wrong = await this.client.post('/auth/login', { username: 'demo', password: 'wrong' });
    expect(wrong.status).toBe(401);
    await this.client.login();
  }

  /** One instance changes the roles, and the other one has them, sooner or later. */
  async roleChange(mayWrite: boolean): Promise<void> {
    const { access_token: token } = await this.client.login();
    this.roles.definition = { roles: { demo: { grants: mayWrite ? ['posts:write'] : [] } } };
    await this.apps[0].app.get(LiveRoleGraph).reload();
    const other = new Client(this.apps[1].url);
    await until('the other instance has the roles', async () => {
      return (await other.get('/posts', token)).status === (mayWrite ? 200 : 403);
    });
  }

  async keyRotation(): Promise<void> {
    await this.apps[0].app.get(KeyRotationService).rotate();
    const pair = await this.client.login();
    expect((await new Client(this.apps[1].url).get('/auth/me', pair.access_token)).status).toBe(200);
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
  }

  private async expectMe({ access_token: token }: TokenPair, status: number): Promise<void> {
    const answer = await this.client.get('/auth/me', token);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
  }
}
