import {
  type ArgumentsHost,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  Injectable,
  Module,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { Roles, Scopes } from 'nestjs-gatehouse';
import { defineAccess } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type Platform, platforms, type RunningApp, startApp } from '../support/app/start-app.js';

/** The catch-all filter of Nest's documentation, with the message that most add to it. */
@Injectable()
@Catch()
class CatchEverything implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const statusCode = exception instanceof HttpException ? exception.getStatus() : 500;
    const message = exception instanceof Error ? exception.message : '';
    httpAdapter.reply(host.switchToHttp().getResponse(), { statusCode, message }, statusCode);
  }
}

/** As error reporters do it. */
@Catch()
class Reporter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    super.catch(exception, host);
  }
}

@Catch(HttpException)
class HttpOnly implements ExceptionFilter<HttpException> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: HttpException, host: ArgumentsHost): void {
    const body = exception.getResponse();
    this.adapterHost.httpAdapter.reply(host.switchToHttp().getResponse(), body, exception.getStatus());
  }
}

@Controller('host')
class Routes {
  @Get('plain')
  plain(): object {
    return {};
  }

  @Roles('boss')
  @Get('roles')
  roles(): object {
    return {};
  }

  @Scopes('boss')
  @Get('scopes')
  scopes(): object {
    return {};
  }
}

const filterModule = (useClass: new (...args: never[]) => ExceptionFilter): DynamicModule => {
  @Module({ providers: [{ provide: APP_FILTER, useClass }] })
  class FilterModule {}
  return { module: FilterModule };
};

interface Shape {
  readonly imports?: DynamicModule[];
  readonly prepare?: (app: INestApplication) => unknown;
}

const hosts: readonly (readonly [string, Shape])[] = [
  ['no filter', {}],
  ['a catch-all APP_FILTER', { imports: [filterModule(CatchEverything)] }],
  ['an error reporter', { imports: [filterModule(Reporter)] }],
  ['a filter of HttpException', { imports: [filterModule(HttpOnly)] }],
  [
    'a catch-all global filter',
    { prepare: (app) => app.useGlobalFilters(new CatchEverything(app.get(HttpAdapterHost))) },
  ],
];
const cases = platforms.flatMap((platform) =>
  (['own', 'all'] as const).flatMap((problemDetailsFor) =>
    hosts.map(([name, shape]): [Platform, 'own' | 'all', string, Shape] => [
      platform,
      problemDetailsFor,
      name,
      shape,
    ]),
  ),
);

describe.each(cases)('[10-16] refusals on %s (%s) with %s', (platform, problemDetailsFor, _name, shape) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      ...shape,
      platform,
      controllers: [Routes],
      extras: { problemDetailsFor },
      options: {
        problemDetails: { realm: 'theirs' },
        rbac: { definition: defineAccess({ roles: { boss: {}, demo: {} } }) },
        throttler: {
          throttlers: [{ name: 'all', limit: 12, ttl: '1m' }],
          credentials: { perAccountAndAddress: [{ failures: 1, within: '1m' }] },
        },
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it('have their status, challenge, wait and no-store, and show no private detail', async () => {
    const { access_token: token } = await client.login();
    const answers = {
      anonymous: await client.get('/host/plain'),
      bad: await client.get('/host/plain', 'x.y.z'),
      roles: await client.get('/host/roles', token),
      scopes: await client.get('/host/scopes', token),
      login: await client.post('/auth/login', { username: 'other', password: 'wrong' }),
      budget: await client.post('/auth/login', { username: 'other', password: 'wrong' }),
      refresh: await client.post('/auth/refresh', { refresh_token: 'ghr_x' }),
      body: await client.post('/auth/login', { username: ['x'], password: 'x' }),
    };
    const told = Object.entries(answers).map(([name, { status, headers }]) => [
      name,
      status,
      headers.get('www-authenticate')?.replace(/error_description="[^"]*"/, '…') ?? '',
      Number(headers.get('retry-after')) > 0,
      headers.get('cache-control'),
    ]);
    expect(told).toEqual([
      ['anonymous', 401, 'Bearer realm="theirs"', false, 'no-store'],
      ['bad', 401, 'Bearer realm="theirs", error="invalid_token", …', false, 'no-store'],
      ['roles', 403, '', false, 'no-store'],
      [
        'scopes',
        403,
        'Bearer realm="theirs", error="insufficient_scope", …, scope="boss"',
        false,
        'no-store',
      ],
      ['login', 401, 'Bearer realm="theirs"', false, 'no-store'],
      ['budget', 429, '', true, 'no-store'],
      ['refresh', 400, '', false, 'no-store'],
      ['body', 400, '', false, 'no-store'],
    ]);
    expect(answers.refresh.text).not.toMatch(/malformed/);
    expect(answers.bad.text).not.toMatch(/compact|segments|JWS/i);
  });

  it('of the throttler have their wait', async () => {
    let answer = await client.get('/host/plain');
    for (let time = 0; time < 14 && answer.status !== 429; time++) answer = await client.get('/host/plain');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
