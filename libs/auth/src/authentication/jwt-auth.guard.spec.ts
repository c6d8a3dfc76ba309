import { createHmac, randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthModule } from '../auth.module.js';
import { isExempt } from '../context/exempt-call.js';
import { Authenticated, OptionalAuth, Public } from '../context/route-authentication.decorators.js';
import type { PrincipalRequest } from '../context/call.js';
import { ManualClock } from '../testing/manual-clock.js';
import type { TokenPair } from '../tokens/token-pair.js';
import { AccessTokenCheck } from '../tokens/access-token-check.js';
import { TokenService } from '../tokens/token.service.js';
import type { CredentialRequest } from './requests/credentials.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { type PassportProtocol, registerStrategy } from './passport-protocol.js';
import { RequireFreshAuth } from '../context/require-fresh-auth.decorator.js';

class Routes {
  undecorated(): void {}
  @Public()
  open(): void {}
  @OptionalAuth()
  optional(): void {}
  @RequireFreshAuth('1m')
  fresh(): void {}
}

@Public()
class OpenRoutes extends Routes {
  @Authenticated()
  closed(): void {}
}

type Route = keyof Routes;
const SECRET = 'an HS256 secret for tests, long enough';
const BEFORE = Date.now() - 3_600_000;

describe('JwtAuthGuard', () => {
  let app: INestApplicationContext;
  let guard: JwtAuthGuard;
  let grant: TokenPair;

  const login = (authenticatedAt = Date.now()): Promise<TokenPair> =>
    app.get(TokenService).login({ subject: 'ada', clientId: 'web', roles: [], authenticatedAt, device: {} });

  beforeAll(async () => {
    const module = AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      keys: { secret: SECRET },
      authentication: { exemptPaths: ['/metrics'] },
      endpoints: { auth: false },
    });
    app = await NestFactory.createApplicationContext(module, { logger: false });
  });
  beforeEach(async () => {
    guard = app.get(JwtAuthGuard);
    grant = await login();
  });
  afterAll(() => app.close());

  function contextOf(type: string, args: unknown[], route: Route, controller: typeof Routes = Routes) {
    const context = new ExecutionContextHost(args, controller, controller.prototype[route]);
    context.setType(type);
    return context;
  }
  const request = (token?: string, url = '/x'): CredentialRequest & PrincipalRequest => ({
    url,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const response = { header(): void {} };
  const http = (call: object, route: Route = 'undecorated') => contextOf('http', [call, response], route);
  /** What the guard says, whether at once or later. */
  const verdictOn = async (context: ExecutionContextHost): Promise<unknown> => {
    try {
      return await guard.canActivate(context);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  /** A good token that this process has neither issued nor seen. */
  function unseenToken(): string {
    const [header, payload = ''] = grant.accessToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const text = Buffer.from(JSON.stringify({ ...claims, jti: randomUUID() })).toString('base64url');
    const input = `${header}.${text}`;
    return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
  }

  it('puts the principal of a good token on the request', async () => {
    const call = request(grant.accessToken);
    expect(await verdictOn(http(call))).toBe(true);
    expect(call.user).toMatchObject({ subject: 'ada', clientId: 'web' });
  });

  it('answers without a promise, whether this process has seen the token or not', () => {
    expect(guard.canActivate(http(request(grant.accessToken)))).toBe(true);
    expect(guard.canActivate(http(request(unseenToken())))).toBe(true);
  });

  describe('asks whatever stands in for the strategy about a new token', () => {
    const mallory = { subject: 'mallory' };
    const succeed = function (this: PassportProtocol): void {
      this.success(mallory);
    };

    it.each<[string, (strategy: JwtStrategy) => JwtStrategy]>([
      [
        'a subclass',
        (strategy) => Object.create(strategy, { authenticate: { value: succeed } }) as JwtStrategy,
      ],
      [
        'a method that was put in its place',
        (strategy) => Object.assign(strategy, { authenticate: succeed }),
      ],
      ['another strategy by its name', (strategy) => strategy],
    ])('%s', async (what, replace) => {
      const strategy = app.get(JwtStrategy);
      const standIn = replace(strategy);
      registerStrategy(strategy.name, what.startsWith('another') ? { authenticate: succeed } : standIn);
      try {
        guard = new JwtAuthGuard(
          app.get(AccessTokenCheck),
          new ManualClock(),
          standIn,
          app.get(AuthenticationSettings),
        );
        const call = request(unseenToken());
        expect(await verdictOn(http(call))).toBe(true);
        expect(call.user).toMatchObject(mallory);
      } finally {
        delete (strategy as Partial<JwtStrategy>).authenticate;
        registerStrategy(strategy.name, strategy);
      }
    });
  });

  it.each<[Route, unknown, unknown]>([
    ['undecorated', 'unauthenticated', 'invalid_token'],
    ['open', true, true],
    ['optional', true, 'invalid_token'],
    ['fresh', 'unauthenticated', 'invalid_token'],
  ])('answers on the route %s: %j without a token, %j with a bad one', async (route, without, bad) => {
    const call = request();
    expect(await verdictOn(http(call, route))).toBe(without);
    expect(call.user).toBeUndefined();
    expect(await verdictOn(http(request('a.b.c'), route))).toBe(bad);
  });

  it('[63] wants a login that is recent enough where a route says so', async () => {
    const old = await login(BEFORE);
    expect(await verdictOn(http(request(grant.accessToken), 'fresh'))).toBe(true);
    expect(await verdictOn(http(request(old.accessToken), 'fresh'))).toBe('fresh_auth_required');
    expect(await verdictOn(http(request(old.accessToken), 'undecorated'))).toBe(true);
  });

  it.each([
    [60_999, true],
    [61_000, 'fresh_auth_required'],
  ])('[63] counts a login in whole seconds as auth_time does: %d ms after it began', async (ms, expected) => {
    const second = Math.floor(BEFORE / 1000) * 1000;
    const { accessToken } = await login(second + 999);
    guard = new JwtAuthGuard(
      app.get(AccessTokenCheck),
      new ManualClock(second + ms),
      app.get(JwtStrategy),
      app.get(AuthenticationSettings),
    );
    expect(await verdictOn(http(request(accessToken), 'fresh'))).toBe(expected);
  });

  it('keeps policies of classes apart that share an inherited handler', async () => {
    const of = (controller: typeof Routes) =>
      contextOf('http', [request(), response], 'undecorated', controller);
    expect(await verdictOn(of(OpenRoutes))).toBe(true);
    expect(await verdictOn(of(Routes))).toBe('unauthenticated');
    const closed = new ExecutionContextHost([request(), response], OpenRoutes, OpenRoutes.prototype.closed);
    expect(await verdictOn(closed)).toBe('unauthenticated');
  });

  it.each([
    ['/metrics', undefined, true],
    ['/metrics?x=1', undefined, true],
    ['/metrics/', undefined, 'unauthenticated'],
    ['/METRICS', undefined, 'unauthenticated'],
    ['/metrics', '/mounted/metrics', 'unauthenticated'],
    ['http://x.test/metrics', undefined, 'unauthenticated'],
  ])('lets %j (originally %j) pass: %j', async (url, originalUrl, expected) => {
    const call = { ...request(undefined, url), originalUrl };
    expect(await verdictOn(http(call))).toBe(expected);
    expect(isExempt(call)).toBe(expected === true);
  });

  it.each(['carrier-pigeon', 'constructor'])('refuses calls of the transport %j', async (type) => {
    const args = [request(grant.accessToken), {}];
    expect(await verdictOn(contextOf(type, args, 'undecorated'))).toBe('unauthenticated');
    expect(await verdictOn(contextOf(type, args, 'optional'))).toBe('unauthenticated');
  });

  it.each<[string, (request: object) => unknown[]]>([
    ['graphql', (req) => [{}, {}, { req }, {}]],
    ['ws', (handshake) => [{ handshake }, {}]],
  ])('reads the token of %s calls', async (type, argsOf) => {
    const call = (token?: string, route: Route = 'undecorated') =>
      verdictOn(contextOf(type, argsOf(request(token)), route));
    expect(await call(grant.accessToken)).toBe(true);
    expect(await call()).toBe('unauthenticated');
    expect(await call('a.b.c', 'optional')).toBe('invalid_token');
    await app.get(TokenService).revoke(grant.principal);
    expect(await call(grant.accessToken)).toBe('invalid_token');
  });

  it.each<[string, (user: unknown) => unknown[]]>([
    ['ws', (user) => [{ user }, {}]],
    ['rpc', (user) => [{}, { user }]],
  ])('checks what the host left on %s calls again, and trusts nothing else there', async (type, argsOf) => {
    const call = (user: unknown) => verdictOn(contextOf(type, argsOf(user), 'undecorated'));
    expect(await call(grant.principal)).toBe(true);
    expect(await call(undefined)).toBe('unauthenticated');
    expect(await call(null)).toBe('unauthenticated');
    expect(await call({ id: 7, subject: 'ada' })).toBe('invalid_token');
    expect(await call({ ...grant.principal, expiresAt: BEFORE })).toBe('invalid_token');
    await app.get(TokenService).revoke(grant.principal);
    expect(await call(grant.principal)).toBe('invalid_token');
  });
});
