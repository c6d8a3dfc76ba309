import { Controller, Get, Post } from '@nestjs/common';
import {
  type AuthenticatedUser,
  type AuthModuleOptions,
  Public,
  Roles,
  TokenBlacklistService,
  TokenService,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';

const AT_ONCE = 50;

/** A user table that both instances read. */
const table = new Map<string, { roles: string[]; isDisabled: boolean }>();
let logins = 0;

class Users extends UserAuthenticator {
  async authenticate(): Promise<undefined> {
    logins += 1;
  }

  override async reload(subject: string): Promise<AuthenticatedUser | undefined> {
    const user = table.get(subject);
    return user === undefined || user.isDisabled ? undefined : { subject, roles: user.roles };
  }
}

@Controller()
class Desk {
  @Roles('editor')
  @Post('articles')
  write(): string {
    return 'written';
  }

  @Public()
  @Get('health')
  health(): string {
    return 'up';
  }
}

/** A device: it refreshes when its access token is refused, and never logs in again. */
class Device {
  refreshes = 0;
  readonly statuses: number[] = [];

  constructor(
    private readonly client: Client,
    private accessToken: string,
    private refreshToken: string,
  ) {}

  async write(): Promise<number> {
    const { status } = await this.client.post('/articles', undefined, this.accessToken);
    this.statuses.push(status);
    if (status !== 401) return status;
    this.refreshes += 1;
    const { status: refreshed, body } = await this.client.refresh(this.refreshToken);
    if (refreshed !== 200) return refreshed;
    [this.accessToken, this.refreshToken] = [body.access_token, body.refresh_token];
    return this.write();
  }
}

interface Place {
  readonly name: string;
  readonly medium: 'memory' | 'redis';
  /** Many at one of them: elsewhere fewer show the same. */
  readonly sessions: number;
  readonly options: Partial<AuthModuleOptions>;
}

const places: readonly Place[] = [
  { name: 'one instance in memory', medium: 'memory', sessions: 200, options: {} },
  { name: 'two instances on Redis', medium: 'redis', sessions: 1_000, options: {} },
  {
    name: 'two instances with local copies of the revocations',
    medium: 'redis',
    sessions: 200,
    options: { tokenBlacklist: { maxStaleness: '1s' } },
  },
];

describe.each(places)('[11-D] $sessions live sessions on $name', ({ medium: kind, sessions, options }) => {
  let medium: TestMedium;
  let instances: RunningApp[];

  beforeAll(async () => {
    medium = await startMedium(kind);
    const start = (): Promise<RunningApp> =>
      startApp({
        platform: 'fastify',
        controllers: [Desk],
        extras: { userAuthenticator: Users },
        options: {
          throttler: false,
          sessions: { maxSessionsPerSubject: 0 },
          rbac: { definition: { roles: { editor: {}, reader: {} } } },
          ...(medium.redis && { redis: medium.redis }),
          ...options,
        },
      });
    instances = kind === 'memory' ? [await start()] : [await start(), await start()];
  }, 60_000);
  beforeEach(() => {
    logins = 0;
  });
  afterAll(async () => {
    for (const { close } of instances) await close();
    await medium.stop();
  });

  /** Devices of a user, each talking to one of the instances. */
  async function devicesOf(subject: string, roles: string[], count: number): Promise<Device[]> {
    table.set(subject, { roles, isDisabled: false });
    const open = async (at: number): Promise<Device> => {
      const { app, url } = instances[at % instances.length]!;
      const login = { subject, clientId: 'first-party', roles, authenticatedAt: Date.now(), device: {} };
      const { accessToken, refreshToken } = await app.get(TokenService).login(login);
      return new Device(new Client(url), accessToken, refreshToken);
    };
    return inTurns(count, open);
  }

  async function inTurns<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
    const done: T[] = [];
    for (let from = 0; from < count; from += AT_ONCE)
      done.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => work(from + at)),
        )),
      );
    return done;
  }

  /** Refuses the tokens of a subject from the first instance, until all instances know. */
  async function expire(subject: string): Promise<void> {
    const lookouts = await Promise.all(
      instances.map(async ({ app }) => {
        const login = { subject, clientId: 'x', roles: [], authenticatedAt: 0, device: {} };
        return {
          tokens: app.get(TokenService),
          token: (await app.get(TokenService).login(login)).accessToken,
        };
      }),
    );
    await instances[0]!.app.get(TokenBlacklistService).expireAccessTokens(subject);
    const isRefused = async ({ tokens, token }: (typeof lookouts)[number]): Promise<boolean> => {
      try {
        return (await tokens.verify(token)) === undefined;
      } catch {
        return true;
      }
    };
    for (const each of lookouts) await until('an instance refuses', () => isRefused(each));
  }

  it('a role that is taken away, and one that is given, act on the next request, and nobody logs in again', async () => {
    const devices = await devicesOf('ada', ['editor'], sessions);
    expect(await inTurns(sessions, (at) => devices[at]!.write())).toEqual(Array(sessions).fill(201));
    for (const [roles, status] of [
      [['reader'], 403],
      [['editor'], 201],
    ] as const) {
      table.set('ada', { roles: [...roles], isDisabled: false });
      await expire('ada');
      expect(await inTurns(sessions, (at) => devices[at]!.write())).toEqual(Array(sessions).fill(status));
    }
    expect(new Set(devices.map(({ statuses }) => statuses.join(' ')))).toEqual(
      new Set(['201 401 403 401 201']),
    );
    expect([devices.every(({ refreshes }) => refreshes === 2), logins]).toEqual([true, 0]);
  }, 120_000);

  it('a user who is disabled gets no successor, and others notice nothing', async () => {
    const [mine, others] = [await devicesOf('bob', ['editor'], 20), await devicesOf('cleo', ['editor'], 20)];
    table.get('bob')!.isDisabled = true;
    await expire('bob');
    expect(await inTurns(20, (at) => mine[at]!.write())).toEqual(Array(20).fill(400));
    expect(await inTurns(20, (at) => others[at]!.write())).toEqual(Array(20).fill(201));
    expect(others.every(({ refreshes }) => refreshes === 0)).toBe(true);
    table.get('bob')!.isDisabled = false;
    expect(await mine[0]!.write()).toBe(400);
  });
});
