import { Controller, Get, type INestApplication, Scope, UseGuards } from '@nestjs/common';
import {
  ClientProxyFactory,
  type CustomTransportStrategy,
  EventPattern,
  MessagePattern,
  Server,
  Transport,
} from '@nestjs/microservices';
import { JwtAuthGuard, Public, Roles, RouteAudit } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../support/redis/free-port.js';
import { closeAll, guardedBy, startAudited as start, warningsOf } from './audited-app.js';

@Controller()
class Admins {
  @Roles('admin')
  @MessagePattern('wipe')
  wipe(): string {
    return 'wiped';
  }
}

@Controller()
class AdminEvents {
  @Roles('admin')
  @EventPattern('wiped')
  wiped(_data: unknown): void {}
}

@Roles('admin')
@Controller({ scope: Scope.REQUEST })
class ScopedAdmins {
  @MessagePattern('scoped')
  wipe(): string {
    return 'wiped';
  }
}

@Controller()
class OpenMessages {
  @Public()
  @MessagePattern('open')
  open(): string {
    return 'open';
  }
}

@Controller()
class PlainMessages {
  @MessagePattern('plain')
  plain(): string {
    return 'plain';
  }
}

@Controller('both')
class RoutesAndMessages {
  @Roles('admin')
  @Get()
  @MessagePattern('both')
  wipe(): string {
    return 'wiped';
  }
}

@UseGuards(JwtAuthGuard, RbacGuard)
@Controller()
class SelfGuarded {
  @Roles('admin')
  @MessagePattern('self')
  wipe(): string {
    return 'wiped';
  }
}

/** A transport of the host's own. */
class InProcess extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }
  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}

const hybrid =
  (options?: { inheritAppConfig?: boolean; deferInitialization?: boolean }) =>
  (app: INestApplication): unknown =>
    app.connectMicroservice({ strategy: new InProcess() }, options);

afterEach(closeAll);

describe('[10-1] messages of hybrid apps', () => {
  it.each([Admins, AdminEvents, ScopedAdmins])(
    '%p: the app does not start while nothing guards it, and says what to write',
    async (controller) => {
      const starting = start({ controllers: [controller], prepare: hybrid() });
      await expect(starting).rejects.toMatchObject({ name: 'AccessAuditError' });
      await expect(start({ controllers: [controller], prepare: hybrid() })).rejects.toThrow(
        /no RbacGuard runs before message .* \(rpc\).*inheritAppConfig: true/,
      );
    },
  );

  it.each([Admins, AdminEvents, ScopedAdmins])('%p: inheritAppConfig guards it', async (controller) => {
    const app = await start({ controllers: [controller], prepare: hybrid({ inheritAppConfig: true }) });
    expect(guardedBy(app)[`${controller.name}.${controller === AdminEvents ? 'wiped' : 'wipe'}`]).toBe(
      'JwtAuthGuard, RbacGuard',
    );
  });

  it('looks at both ways to a method that is a route as well', async () => {
    const controllers = [RoutesAndMessages];
    await expect(start({ controllers, prepare: hybrid() })).rejects.toThrow(
      /1 finding.*\n.*RoutesAndMessages\.wipe: no RbacGuard runs before message "both" \(rpc\)/,
    );
    const app = await start({ controllers, prepare: hybrid({ inheritAppConfig: true }) });
    const { rows } = app.get(RouteAudit).table();
    expect(rows.map(({ entry }) => entry)).toEqual(expect.arrayContaining(['GET /both', 'message "both"']));
    await expect(start({ controllers, rbac: { definition: { roles: {} } } })).rejects.toThrow(/^1 finding/);
  });

  it('starts with what is public, and with what carries the guards itself', async () => {
    const app = await start({ controllers: [OpenMessages, SelfGuarded], prepare: hybrid() });
    expect(guardedBy(app)).toMatchObject({
      'OpenMessages.open': 'nobody',
      'SelfGuarded.wipe': 'JwtAuthGuard, RbacGuard',
    });
  });

  it.each(['rpc', 'Admins', 'Admins.wipe'])('starts where the host says that it guards %s', async (word) => {
    const app = await start({
      controllers: [Admins],
      prepare: hybrid(),
      rbac: { guardedElsewhere: [word] },
    });
    expect(guardedBy(app)['Admins.wipe']).toBe('the host');
  });

  it.each(['deny', 'authenticated'] as const)(
    'what is undecorated is a finding under %s',
    async (defaultPolicy) => {
      const rbac = { defaultPolicy };
      const app = await start({ controllers: [PlainMessages], prepare: hybrid(), rbac });
      expect(warningsOf(app)).toMatch(
        /PlainMessages\.plain: no JwtAuthGuard or RbacGuard runs before message "plain"/,
      );
      expect(guardedBy(app)['PlainMessages.plain']).toBe('nobody');
      await expect(
        start({ controllers: [PlainMessages], prepare: hybrid(), rbac: { ...rbac, audit: 'error' } }),
      ).rejects.toThrow('PlainMessages.plain');
    },
  );

  it('is found where a server is connected after the app was initialised', async () => {
    const app = await start({ controllers: [Admins] });
    expect(() => hybrid()(app)).toThrow(/Admins\.wipe: no RbacGuard runs/);
    expect(() => hybrid({ inheritAppConfig: true })(app)).not.toThrow();
  });

  it('is found where handlers are registered when the servers start', async () => {
    const app = await start({ controllers: [Admins], prepare: hybrid({ deferInitialization: true }) });
    await expect(app.startAllMicroservices()).rejects.toThrow(/Admins\.wipe: no RbacGuard runs/);
  });

  it('takes guards that the host gives to a deferred server', async () => {
    const app = await start({ controllers: [Admins] });
    const server = app.connectMicroservice({ strategy: new InProcess() }, { deferInitialization: true });
    server.useGlobalGuards(app.get(JwtAuthGuard), app.get(RbacGuard));
    await expect(app.startAllMicroservices()).resolves.toBeDefined();
  });

  it('judges each server for itself, and a strategy that was used before anew', async () => {
    const strategy = new InProcess();
    const once = {
      controllers: [Admins],
      prepare: (app: INestApplication) => app.connectMicroservice({ strategy }),
    };
    await expect(start(once)).rejects.toThrow('Admins.wipe');
    const prepare = (app: INestApplication) =>
      app.connectMicroservice({ strategy }, { inheritAppConfig: true });
    await start({ ...once, prepare });
    const both = async (app: INestApplication) => {
      hybrid({ inheritAppConfig: true })(app);
      hybrid()(app);
    };
    await expect(start({ controllers: [Admins], prepare: both })).rejects.toThrow('Admins.wipe');
  });

  it('offers its probe to Nest alone: the server knows the patterns of the host', async () => {
    const strategy = new InProcess();
    await start({
      controllers: [OpenMessages, SelfGuarded],
      prepare: (app) => app.connectMicroservice({ strategy }, { inheritAppConfig: true }),
    });
    expect([...strategy.getHandlers().keys()].sort()).toEqual(['open', 'self']);
  });

  it('refuses an anonymous caller over TCP once the configuration is inherited', async () => {
    const options = { host: '127.0.0.1', port: await freePort() };
    const app = await start({
      controllers: [Admins],
      prepare: (host) =>
        host.connectMicroservice({ transport: Transport.TCP, options }, { inheritAppConfig: true }),
    });
    await app.startAllMicroservices();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
    await expect(firstValueFrom(client.send('wipe', {}))).rejects.toMatchObject({ code: 'unauthenticated' });
    await client.close();
  });
});
