import { Controller, Get } from '@nestjs/common';
import { Public, Roles } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Controller('bound')
class BoundRoutes {
  constructor() {
    this.admins = this.admins.bind(this);
    this.open = this.open.bind(this).bind(this);
  }

  @Roles('admin')
  @Get('admins')
  admins(): object {
    return {};
  }

  @Public()
  @Get('open')
  open(): object {
    return {};
  }
}

/** As tools do that measure or trace. */
@Controller('wrapped')
class WrappedRoutes {
  constructor() {
    Object.assign(this, { admins: wrapper(this.admins), plain: wrapper(this.plain) });
  }

  @Roles('admin')
  @Get('admins')
  admins(): object {
    return {};
  }

  @Get('plain')
  plain(): object {
    return {};
  }
}

/** Its functions have no name. */
const wrapper =
  (handler: () => object): (() => object) =>
  () =>
    handler();

describe.each(platforms)('[10-1] handlers that an instance has of its own, on %s', (platform) => {
  let running: RunningApp;
  let tokens: Readonly<Record<'viewer' | 'admin', string>>;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [BoundRoutes, WrappedRoutes],
      logger: { log() {}, warn() {}, error() {} },
      options: {
        rbac: { definition: { roles: { admin: {}, viewer: {} } } },
        authentication: { exemptPaths: ['/bound/*', '/wrapped/*'] },
      },
    });
    const tokenOf = async (name: string) => (await new Client(running.url).login(name)).access_token;
    tokens = { viewer: await tokenOf('viewer'), admin: await tokenOf('admin') };
  });
  afterAll(() => running.close());

  const statusesOf = async (path: string): Promise<readonly number[]> => {
    const client = new Client(running.url);
    const answers = [undefined, tokens.viewer, tokens.admin].map((token) => client.get(path, token));
    return (await Promise.all(answers)).map(({ status }) => status);
  };

  it('keep their decorators where they are bound', async () => {
    expect(await statusesOf('/bound/admins')).toEqual([401, 403, 200]);
    expect(await statusesOf('/bound/open')).toEqual([200, 200, 200]);
  });

  it('are refused where nobody knows which method a wrapper stands for', async () => {
    expect(await statusesOf('/wrapped/admins')).toEqual([500, 500, 500]);
    expect(await statusesOf('/wrapped/plain')).toEqual([500, 500, 500]);
  });
});
