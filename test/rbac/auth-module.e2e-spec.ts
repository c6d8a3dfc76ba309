import { Controller, Get } from '@nestjs/common';
import {
  type AccessDefinition,
  LiveRoleGraph,
  Permissions,
  Public,
  Roles,
  RoleSource,
  RouteAudit,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { access } from './posts.js';

@Controller('posts')
class PostsController {
  @Permissions('posts:read')
  @Get()
  list(): string {
    return 'list';
  }
}

// The class opens, the method asks for a role: authentication must not skip the token.
@Public()
@Controller('open')
class OpenController {
  @Get()
  everybody(): string {
    return 'open';
  }

  @Roles('editor')
  @Get('editors')
  editors(): string {
    return 'editors';
  }
}

class StoredRoles extends RoleSource {
  stored: AccessDefinition = access;
  load(): Promise<AccessDefinition> {
    return Promise.resolve(this.stored);
  }
}

describe.each(platforms)('access control in AuthModule on %s', (platform) => {
  const source = new StoredRoles();
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: { rbac: { source, defaultPolicy: 'deny', audit: 'error' } },
      controllers: [PostsController, OpenController],
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const tokenOf = async (username: string): Promise<string> => (await client.login(username)).access_token;

  it("every endpoint of the library says what it needs, so `deny` and audit 'error' boot", () => {
    expect(running.app.get(RouteAudit).findings()).toEqual([]);
  });

  it('guards after authentication', async () => {
    expect((await client.get('/posts')).status).toBe(401);
    expect((await client.get('/posts', 'made-up')).body).toMatchObject({
      status: 401,
      code: 'invalid_token',
    });
    expect((await client.get('/posts', await tokenOf('viewer'))).status).toBe(200);
    expect((await client.get('/posts', await tokenOf('stranger'))).body).toMatchObject({
      code: 'access_denied',
    });
  });

  it('a role on a method of a public class is asked of the token', async () => {
    expect((await client.get('/open')).status).toBe(200);
    expect((await client.get('/open/editors')).status).toBe(401);
    expect((await client.get('/open/editors', await tokenOf('viewer'))).status).toBe(403);
    expect((await client.get('/open/editors', await tokenOf('editor'))).status).toBe(200);
  });

  it('[8.3.2] a redefined role acts on tokens issued before', async () => {
    const token = await tokenOf('viewer');
    expect((await client.get('/posts', token)).status).toBe(200);
    source.stored = { roles: { viewer: { grants: ['posts:write'] }, editor: {} } };
    expect(await running.app.get(LiveRoleGraph).reload()).toMatchObject({ verdict: 'reloaded' });
    expect((await client.get('/posts', token)).status).toBe(403);
    source.stored = access;
    await running.app.get(LiveRoleGraph).reload();
    expect((await client.get('/posts', token)).status).toBe(200);
  });
});
