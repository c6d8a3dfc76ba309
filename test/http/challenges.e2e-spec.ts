import { Controller, Get } from '@nestjs/common';
import { CurrentUser, OptionalAuth, type Principal, Public, RequireFreshAuth } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';

@Controller()
class Routes {
  @Public()
  @Get('open')
  open(@CurrentUser() user?: Principal): object {
    return { sub: user?.subject ?? null };
  }

  @OptionalAuth()
  @Get('optional')
  optional(@CurrentUser() user?: Principal): object {
    return { sub: user?.subject ?? null };
  }

  @RequireFreshAuth('2s')
  @Get('fresh')
  fresh(@CurrentUser('subject') sub: string): object {
    return { sub };
  }

  @Get('third-party/metrics')
  metrics(): object {
    return { up: 1 };
  }
}

describe.each(platforms)('challenges on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [Routes],
      options: {
        throttler: false,
        authentication: { exemptPaths: ['/third-party/*'] },
        problemDetails: { realm: 'test' },
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const withHeader = (authorization: string, path = '/auth/me') =>
    client.send('GET', path, { headers: { authorization } });

  it('[6750-15] a request without credentials gets scheme and realm, no error code', async () => {
    const answer = await client.get('/auth/me');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="test"');
    expect(answer.body).toMatchObject({ code: 'unauthenticated' });
  });

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer ä', 'Bearer x.y.z', 'bearer eyJhbGciOiJub25lIn0.e30.'])(
    '[6750-16] %j is an invalid token',
    async (authorization) => {
      const answer = await withHeader(Buffer.from(authorization, 'utf8').toString('latin1'));
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    },
  );

  it('takes another scheme for no credentials at all', async () => {
    expect((await withHeader('Basic ZGVtbzpkZW1v')).headers.get('www-authenticate')).toBe(
      'Bearer realm="test"',
    );
  });

  it('[6750-14] refuses a token in two places, and never reads one from the query', async () => {
    const { access_token: token } = await client.login();
    expect((await withHeader(`Bearer ${token}`, `/auth/me?access_token=${token}`)).body).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect((await client.get(`/auth/me?access_token=${token}`)).status).toBe(401);
  });

  it('serves public routes with or without a token, good or bad', async () => {
    expect((await client.get('/open')).body).toEqual({ sub: null });
    expect((await withHeader('Bearer rubbish', '/open')).status).toBe(200);
  });

  it('lets an anonymous caller pass an optional route, but not one with a bad token', async () => {
    const { access_token: token } = await client.login();
    expect((await client.get('/optional')).body).toEqual({ sub: null });
    expect((await client.get('/optional', token)).body).toEqual({ sub: 'user-demo' });
    expect((await withHeader('Bearer rubbish', '/optional')).status).toBe(401);
  });

  it('exempts paths that have no controller of ours to decorate, and nothing beside them', async () => {
    expect((await client.get('/third-party/metrics')).status).toBe(200);
    expect((await client.get('/third-party/../auth/me')).status).toBe(401);
  });

  it('[63] asks for a fresh login where a route requires one, and takes no refresh for it', async () => {
    const pair = await client.login();
    expect((await client.get('/fresh', pair.access_token)).status).toBe(200);
    let next = pair;
    let answer = await client.get('/fresh', next.access_token);
    // auth_time counts in whole seconds: refreshing meanwhile must not renew it.
    await until('the login is too long ago', async () => {
      next = (await client.refresh(next.refresh_token)).body;
      answer = await client.get('/fresh', next.access_token);
      return answer.status === 401;
    });
    expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"');
    expect(answer.headers.get('www-authenticate')).toContain('max_age="2"');
  });
});
