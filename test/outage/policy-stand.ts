import { setTimeout as pause } from 'node:timers/promises';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import {
  ApiKeyService,
  type AuthModuleOptions,
  defineAccess,
  KeyRotationService,
  Public,
  RateLimits,
  Roles,
  SessionService,
  TokenBlacklistService,
  TokenService,
} from 'nestjs-gatehouse';
import { accessToken, startIssuer, startService } from '../issuers/logout-service.js';
import { legacyOptions, oldTokens } from '../legacy/old-tokens.js';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { type ModuleShape, type Platform, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { ClientCalls, clientExtras, PolicyClients } from './policy-clients.js';
import { persist } from './unavailable.js';

const rbac = { definition: defineAccess({ roles: { demo: { grants: ['demos:read'] } } }) };
const unlimited = { throttlers: [{ limit: 1_000_000, ttl: '60s' }] } as const;
// Managed, so that they can be replaced; kept where all apps find them.
const managed = { algorithm: 'ES256' } as const;
/** Requests of everybody to the limited route in a minute. */
const LIMIT = 4;

@Controller()
class Routes {
  @Public()
  @Get('public')
  open(): string {
    return 'open';
  }

  @Public()
  @SkipThrottle({ default: false })
  @Throttle({ default: { limit: LIMIT, ttl: 60_000 } })
  @Get('limited')
  limited(): string {
    return 'limited';
  }

  @Roles('demo')
  @Get('roles')
  demos(): string {
    return 'demos';
  }
}

/** What hosts do by calls of services. */
@Public()
@Controller('calls')
class Calls {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly rotation: KeyRotationService,
    private readonly limits: RateLimits,
    private readonly sessions: SessionService,
    private readonly blacklist: TokenBlacklistService,
    private readonly tokens: TokenService,
  ) {}

  @Post()
  @HttpCode(200)
  async call(@Body() { verb }: { readonly verb: string }): Promise<object> {
    const somebody = 'somebody-else';
    const verbs: Record<string, () => Promise<unknown>> = {
      'ApiKeyService.create': () => this.keys.create({ subject: somebody, name: 'CI' }),
      'ApiKeyService.list': () => this.keys.list(somebody),
      'ApiKeyService.revokeAll': () => this.keys.revokeAll(somebody),
      'KeyRotationService.rotate': () => this.rotation.rotate(),
      'RateLimits.reset': () => this.limits.reset('default', { ip: '192.0.2.1' }),
      'RateLimits.peek': () => this.limits.peek('default', { ip: '192.0.2.1' }),
      'SessionService.list': () => this.sessions.list(somebody),
      'SessionService.revokeAll': () => this.sessions.revokeAll(somebody),
      'TokenBlacklistService.revokeSubject': () => this.blacklist.revokeSubject(somebody),
      'TokenService.login': () =>
        this.tokens.login({
          subject: somebody,
          clientId: 'first-party',
          roles: [],
          authenticatedAt: Date.now(),
          device: {},
        }),
    };
    const run = verbs[verb];
    if (run === undefined) throw new Error(`There is no call ${verb}`);
    await run();
    return {};
  }
}

type Operation = () => Promise<Answer>;
type Apps = Readonly<Record<'usual' | 'within' | 'beyond' | 'open' | 'closed' | 'service', RunningApp>>;

/** Apps with one Redis, each configured in another way, and what is done to them. */
export class PolicyStand {
  private pair!: TokenPair;
  private readonly copied = { within: '', beyond: '' };
  private revoked!: TokenPair;
  private key!: string;
  private clients!: PolicyClients;

  private constructor(
    readonly apps: Apps,
    private readonly issuer: Awaited<ReturnType<typeof startIssuer>>,
    private readonly patienceMs: number,
  ) {}

  static async start(
    platform: Platform,
    url: string,
    override?: ModuleShape['override'],
  ): Promise<PolicyStand> {
    const start = (options: Partial<AuthModuleOptions>): Promise<RunningApp> =>
      startApp({
        platform,
        override,
        logger: false,
        controllers: [Routes],
        options: { redis: { url }, rbac, ...options },
      });
    const issuer = await startIssuer();
    const [usual, within, beyond, open, closed, service] = await Promise.all([
      startApp({
        platform,
        override,
        logger: false,
        controllers: [Routes, Calls, ClientCalls],
        extras: clientExtras,
        options: {
          redis: { url },
          keys: managed,
          rbac,
          apiKeys: true,
          legacy: legacyOptions(),
          dpop: true,
          throttler: unlimited,
        },
      }),
      start({ tokenBlacklist: { maxStaleness: '40s' }, keys: managed, throttler: unlimited }),
      start({ tokenBlacklist: { maxStaleness: '1s' }, keys: managed, throttler: false }),
      start({ throttler: { ...unlimited, onStoreFailure: 'open' } }),
      start({ throttler: { ...unlimited, onStoreFailure: 'closed' } }),
      startService(issuer, { platform, override, redis: { url }, throttler: false }),
    ]);
    const patienceMs = override === undefined ? 4000 : 0;
    return new PolicyStand({ usual, within, beyond, open, closed, service }, issuer, patienceMs);
  }

  /** Makes everything that is going to be used. */
  async prepare(): Promise<void> {
    const { usual } = this.apps;
    this.pair = await this.logIn();
    // Of somebody else: whoever had something revoked lately is asked for in the store.
    this.revoked = await this.logIn('other', 'within');
    const created = await usual.app
      .get(ApiKeyService)
      .create({ subject: 'user-demo', name: 'CI', roles: ['demo'] });
    this.key = created.key;
    this.clients = await PolicyClients.prepare(usual);
    // Each app has been used before, so it knows the keys and how long tokens live.
    for (const app of ['within', 'beyond'] as const) {
      this.copied[app] = (await this.logIn('demo', app)).access_token;
      await this.expectOk(app, '/roles', this.copied[app]);
    }
    const copy = this.apps.within.app.get(TokenBlacklistService);
    await until('the copy answers', async () => {
      await this.expectOk('within', '/roles', this.copied.within);
      return (copy.replicaStatistics()?.answeredLocally ?? 0) > 0;
    });
    await this.expectOk('service', '/home', accessToken(this.issuer));
    // The app whose copy answers has ended it, so its copy knows.
    const { status } = await persist(() =>
      this.client('within').post('/auth/logout', undefined, this.revoked.access_token),
    );
    if (status !== 204) throw new Error(`logout answered ${status}`);
  }

  /** What the table names, by the names it has there. */
  operation(name: string): Operation {
    const found = this.requests()[name];
    if (found !== undefined) return found;
    if (/^\w*AuthorizationService\./.test(name)) return () => this.clients.call(name);
    return () => this.client('usual').post('/calls', { verb: name });
  }

  private requests(): Readonly<Record<string, Operation>> {
    const usual = this.client('usual');
    const { access_token: token, refresh_token: refreshToken } = this.pair;
    const good = { username: 'demo', password: 'demo-password' };
    const guess = (app: keyof Apps): Operation => {
      const json = { username: `nobody-${app}`, password: 'wrong' };
      return () => this.client(app).post('/auth/login', json);
    };
    return {
      ...this.clients.operations(),
      'a public route': () => usual.get('/public'),
      'an access token': () => usual.get('/roles', token),
      'an access token, `maxStaleness` not over': () =>
        this.client('within').get('/roles', this.copied.within),
      'an access token, `maxStaleness` over': () => this.staleCopy(this.copied.beyond),
      'a revoked access token, `maxStaleness` not over': () =>
        this.client('within').get('/roles', this.revoked.access_token),
      'an access token of another issuer': () =>
        this.client('service').get('/home', accessToken(this.issuer)),
      'a legacy access token': () => usual.get('/roles', oldTokens.access('ada')),
      'a legacy refresh token': () =>
        usual.post('/auth/refresh', { refresh_token: oldTokens.refresh('ada') }),
      'an API key': () => usual.send('GET', '/roles', { headers: { authorization: `ApiKey ${this.key}` } }),
      login: () => usual.post('/auth/login', good),
      'login with a wrong password': guess('usual'),
      'the same, `onStoreFailure: "open"`': guess('open'),
      'the same, `onStoreFailure: "closed"`': guess('closed'),
      refresh: () => usual.post('/auth/refresh', { refresh_token: refreshToken }),
      logout: () => usual.post('/auth/logout', undefined, token),
      'logout-all': () => usual.post('/auth/logout-all', undefined, token),
      'logout-others': () => usual.post('/auth/logout-others', undefined, token),
      'the list of sessions': () => usual.get('/auth/sessions', token),
      'the public keys': () => usual.get('/.well-known/jwks.json'),
      'a limited route': () => this.client('within').get('/limited'),
      'a limited route, `onStoreFailure: "open"`': () => this.client('open').get('/limited'),
      'a limited route, `onStoreFailure: "closed"`': () => this.client('closed').get('/limited'),
    };
  }

  private client(app: keyof Apps): Client {
    return new Client(this.apps[app].url);
  }

  private async expectOk(app: keyof Apps, path: string, token: string): Promise<void> {
    const { status, text } = await persist(() => this.client(app).get(path, token));
    if (status !== 200) throw new Error(`${path} of the app "${app}" answered ${status}: ${text}`);
  }

  private async logIn(username = 'demo', app: keyof Apps = 'usual'): Promise<TokenPair> {
    const json = { username, password: `${username}-password` };
    const { status, body, text } = await persist(() => this.client(app).post('/auth/login', json));
    if (status !== 200) throw new Error(`login answered ${status}: ${text}`);
    return body as unknown as TokenPair;
  }

  /** Waits until the copy is too old, which it is already where the test moves the time; until then it answers. */
  private async staleCopy(token: string): Promise<Answer> {
    const deadline = performance.now() + this.patienceMs;
    for (;;) {
      const answer = await this.client('beyond').get('/roles', token);
      if (answer.status !== 200 || performance.now() > deadline) return answer;
      await pause(50);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(Object.values(this.apps).map((app) => app.close()));
  }
}
