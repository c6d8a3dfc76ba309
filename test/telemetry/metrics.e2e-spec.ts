import { Controller, Get } from '@nestjs/common';
import { createClientSecret, Permissions, Public, TokenService } from 'nestjs-gatehouse';
import { AuthTelemetryModule } from 'nestjs-gatehouse/otel';
import { Client } from '../support/app/client.js';
import { type Platform, type RunningApp, startApp } from '../support/app/start-app.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { Telemetry } from '../support/telemetry.js';
import { until } from '../support/until.js';

@Controller()
class ThingsController {
  @Get('things')
  things(): string {
    return 'ok';
  }

  @Permissions('things:destroy')
  @Get('denied')
  denied(): string {
    return 'never';
  }

  @Public()
  @Get('open')
  open(): string {
    return 'ok';
  }
}

const secret = createClientSecret();
const machine = { id: 'job', secretHashes: [secret.hash], grants: ['client_credentials'], scope: ['read'] };
const success = { 'gatehouse.outcome': 'success' };
const refused = (type: string) => ({ 'gatehouse.outcome': 'refused', 'error.type': type });
const LIMIT = 60;

describe.each<{ medium: string; platform: Platform }>([
  { medium: 'memory', platform: 'express' },
  { medium: 'redis', platform: 'fastify' },
  { medium: 'a copy of redis', platform: 'express' },
])('[15] what is measured on $platform and $medium', ({ medium, platform }) => {
  let telemetry: Telemetry;
  let running: RunningApp;
  let client: Client;
  let server: StandaloneRedis | undefined;

  beforeAll(async () => {
    if (medium !== 'memory') server = await startStandalone();
    telemetry = Telemetry.start();
    running = await startApp({
      platform,
      logger: false,
      controllers: [ThingsController],
      options: {
        ...(server && { redis: { url: server.url, deadline: '1s' } }),
        ...(medium === 'a copy of redis' && { tokenBlacklist: { maxStaleness: '2s' } }),
        rbac: { definition: { roles: { admin: { grants: ['things:destroy'] } } } },
        throttler: { throttlers: [{ name: 'default', limit: LIMIT, ttl: '60s' }] },
        sessions: { reuseWindow: 0 },
      },
      extras: { oauth: { clients: [machine] } },
      imports: [{ module: AuthTelemetryModule }],
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await telemetry.stop();
    await server?.stop();
  });

  /** How much a metric moves while something is done. */
  const moves = async (name: string, having: object, work: () => Promise<unknown>): Promise<number> => {
    const before = await telemetry.sum(name, { ...having });
    await work();
    return (await telemetry.sum(name, { ...having })) - before;
  };

  it('logins by outcome, with a span each', async () => {
    const name = 'gatehouse.login.duration';
    expect(await moves(name, success, () => client.login())).toBe(1);
    const wrong = { username: 'demo', password: 'wrong' };
    expect(await moves(name, refused('invalid_credentials'), () => client.post('/auth/login', wrong))).toBe(
      1,
    );
    const spans = telemetry.spans.filter((span) => span.name === 'gatehouse.login');
    expect(spans.map(({ attributes }) => attributes)).toEqual([success, refused('invalid_credentials')]);
    expect(await telemetry.sum('gatehouse.events', { 'gatehouse.event.name': 'login.failed' })).toBe(1);
  });

  it('refreshes by verdict and outcome, with a span each', async () => {
    const { refresh_token: token } = await client.login();
    const verdict = (word: string, work: () => Promise<unknown>) =>
      moves('gatehouse.refreshes', { 'gatehouse.refresh.verdict': word }, work);
    expect(await verdict('rotated', () => client.refresh(token))).toBe(1);
    expect(await verdict('reused', () => client.refresh(token))).toBe(1);
    expect(await verdict('malformed', () => client.refresh('nothing'))).toBe(1);
    const name = 'gatehouse.refresh.duration';
    expect(await telemetry.sum(name, success)).toBe(1);
    expect(await telemetry.sum(name, refused('invalid_grant'))).toBe(2);
    expect(telemetry.spans.filter((span) => span.name === 'gatehouse.refresh')).toHaveLength(3);
  });

  it('requests to the token endpoint by grant, where there is such a grant', async () => {
    const caller = new OAuthCaller(running.url);
    const name = 'gatehouse.token_request.duration';
    const known = { 'gatehouse.grant_type': 'client_credentials' };
    const ask =
      (grant_type: string, word = secret.secret) =>
      () =>
        caller.token({ grant_type }, { header: basic(machine.id, word) });
    expect(await moves(name, { ...known, ...success }, ask('client_credentials'))).toBe(1);
    expect(
      await moves(name, { ...known, ...refused('invalid_client') }, ask('client_credentials', 'no')),
    ).toBe(1);
    expect(await moves(name, refused('unsupported_grant_type'), ask('urn:made:up'))).toBe(1);
    expect(JSON.stringify(await telemetry.series(name))).not.toContain('urn:made:up');
    expect(telemetry.spans.filter((span) => span.name === 'gatehouse.token_request')).toHaveLength(3);
  });

  it('verifications, each once, what was known and who was asked', async () => {
    const { access_token: token } = await client.login();
    const get =
      (with_ = token) =>
      () =>
        client.get('/things', with_);
    const name = 'gatehouse.token.verifications';
    expect(await moves(name, {}, get())).toBe(1);
    expect(await moves(name, success, get())).toBe(1);
    expect(
      await moves('gatehouse.token.cache.lookups', { 'gatehouse.cache.result': 'hit' }, get()),
    ).toBeGreaterThan(0);
    expect(await moves('gatehouse.token.cache.lookups', { 'gatehouse.cache.result': 'miss' }, get('x'))).toBe(
      1,
    );
    // The copy knows that something happened to the sessions of this user just now, and asks.
    const source = { memory: 'local', redis: 'store' }[medium];
    const by = source === undefined ? {} : { 'gatehouse.revocation.source': source };
    expect(await moves('gatehouse.revocation.checks', by, get())).toBe(1);
    expect(await moves(name, {}, get('x'))).toBe(1);
    expect(await moves(name, refused('invalid_token'), get('x'))).toBe(1);
    await client.post('/auth/logout', undefined, token);
    expect(await moves(name, {}, get())).toBe(1);
    expect(await moves(name, refused('invalid_token'), get())).toBe(1);
    expect(await moves(name, {}, () => client.get('/open'))).toBe(0);
  });

  it('what has happened, by the name of the event', async () => {
    const { access_token: token } = await client.login();
    const name = 'gatehouse.events';
    const denied = { 'gatehouse.event.name': 'access.denied' };
    expect(await moves(name, denied, () => client.get('/denied', token))).toBe(1);
  });

  it('how it is doing: keys, components, the copy of revocations', async () => {
    const name = 'gatehouse.component.state';
    for (const component of ['store', 'keys', 'rbac', 'throttler']) {
      const of = { 'gatehouse.component.name': component };
      expect(await telemetry.sum(name, { ...of, 'gatehouse.component.status': 'up' })).toBe(1);
      expect(await telemetry.sum(name, of)).toBe(1);
    }
    // It was given, and signs from the beginning of time.
    expect(await telemetry.series('gatehouse.key.age')).toEqual([]);
    const ages = await telemetry.series('gatehouse.revocation.copy.age');
    expect(ages).toHaveLength(medium === 'a copy of redis' ? 1 : 0);
  });

  it('calls to Redis, and the breaker when it hangs', async () => {
    const name = 'db.client.operation.duration';
    const silent = () => telemetry.sum('gatehouse.redis.silent_servers');
    if (server === undefined) {
      expect(await telemetry.series(name)).toEqual([]);
      return;
    }
    const scripts = (await telemetry.series(name)).map(
      ({ attributes }) => attributes['db.stored_procedure.name'],
    );
    expect(scripts).toEqual(expect.arrayContaining(['rotate-session']));
    expect(await silent()).toBe(0);
    if (medium !== 'redis') return;
    await server.hang();
    const lost = { 'error.type': 'store_unavailable', 'db.system.name': 'redis' };
    expect(
      await moves(name, lost, () => client.post('/auth/login', { username: 'a', password: 'b' })),
    ).toBeGreaterThan(0);
    expect(await silent()).toBe(1);
    await server.resume();
    await until('the breaker is closed', async () => (await silent()) === 0);
  });

  it('limits by their names, and budgets of failed logins by their kind', async () => {
    const name = 'gatehouse.throttler.decisions';
    const verdict = (word: string) => ({
      'gatehouse.throttler.name': 'default',
      'gatehouse.throttler.verdict': word,
    });
    expect(await moves(name, verdict('admitted'), () => client.get('/open'))).toBe(1);
    for (let call = 0; call < LIMIT; call++) await client.get('/open');
    expect(await moves(name, verdict('refused'), () => client.get('/open'))).toBe(1);
    const names = (await telemetry.series(name)).map(
      ({ attributes }) => attributes['gatehouse.throttler.name'],
    );
    expect(new Set(names)).toEqual(new Set(['default', 'login.account', 'login.address', 'login.pair']));
  });

  it('and nothing any more once the app has ended', async () => {
    const tokens = running.app.get(TokenService);
    expect(Object.hasOwn(tokens, 'login')).toBe(true);
    await running.close();
    expect(Object.hasOwn(tokens, 'login')).toBe(false);
  });
});
