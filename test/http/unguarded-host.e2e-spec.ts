import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from 'nestjs-gatehouse/throttler';
import { JwtAuthGuard, RefreshGuard } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Controller()
class Routes {
  @Get('of-the-host')
  route(): object {
    return {};
  }
}

@UseGuards(GatehouseThrottlerGuard, JwtAuthGuard, GatehouseUserThrottlerGuard, RbacGuard)
@Controller()
class GuardedRoutes {
  @Get('guarded')
  route(): object {
    return {};
  }
}

@UseGuards(RefreshGuard)
@Controller()
class RefreshedRoutes {
  @Get('refreshed')
  route(): object {
    return {};
  }
}

@Module({ controllers: [GuardedRoutes, RefreshedRoutes] })
class GuardedModule {}

describe.each(platforms)('registerGuards: false on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [Routes],
      imports: [{ module: GuardedModule }],
      extras: { registerGuards: false },
      options: { throttler: false },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it.each([
    ['GET', '/auth/me'],
    ['GET', '/auth/sessions'],
    ['DELETE', '/auth/sessions/x'],
    ['POST', '/auth/logout'],
    ['POST', '/auth/logout-all'],
    ['POST', '/auth/logout-others'],
  ])('[6750-15] %s %s still wants a token', async (method, path) => {
    const answer = await client.send(method, path);
    expect([answer.status, answer.body['code']]).toEqual([401, 'unauthenticated']);
    const forged = await client.send(method, path, { headers: { authorization: 'Bearer a.b.c' } });
    expect([forged.status, forged.body['code']]).toEqual([401, 'invalid_token']);
  });

  it('lets a module of the host put every guard into @UseGuards()', async () => {
    const { access_token: token } = await client.login();
    expect((await client.get('/guarded')).status).toBe(401);
    expect((await client.get('/guarded', token)).status).toBe(200);
    expect((await client.get('/refreshed', token)).body).toMatchObject({ code: 'invalid_request' });
  });

  it('serves the session endpoints to their user, and leaves the routes of the host to the host', async () => {
    const { access_token: token } = await client.login('lister');
    expect((await client.get('/auth/me', token)).body).toMatchObject({ sub: 'user-lister' });
    expect((await client.get('/auth/sessions', token)).body).toHaveLength(1);
    expect((await client.post('/auth/logout-all', undefined, token)).status).toBe(204);
    expect((await client.get('/auth/me', token)).status).toBe(401);
    expect((await client.get('/of-the-host')).status).toBe(200);
  });
});
