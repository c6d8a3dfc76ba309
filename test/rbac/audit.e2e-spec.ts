import { Controller, Delete, Get, Injectable, Logger, Module, Patch, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AccessDefinitionError,
  Authenticated,
  defineAccess,
  LiveRoleGraph,
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RequireFreshAuth,
  Roles,
  RoleSource,
  RouteAudit,
  Scopes,
} from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { Warnings } from '../support/app/warnings.js';
import { access } from './posts.js';

type RbacModuleOptions = Parameters<typeof RbacModule.forRoot>[0];

@Injectable()
class Owns extends OwnershipResolver {
  owns(): boolean {
    return true;
  }
}

class NeverProvided extends Owns {}

@Controller('fine')
class FineController {
  @Permissions('posts:read')
  @Get()
  read(): void {}

  @Permissions('posts:update')
  @Owner(Owns)
  @Patch()
  update(): void {}

  @Permissions('reports:export')
  @Get('admin-only')
  onlyAdmin(): void {}
}

@Controller()
class MisspeltPermission {
  @Permissions('posts:raed')
  @Get()
  read(): void {}
}

@Controller()
class MisspeltRole {
  @Roles('editro')
  @Get()
  read(): void {}
}

@Controller()
class UnknownScope {
  @Scopes('blog.raed')
  @Get()
  read(): void {}
}

@Controller()
class Undecorated {
  @Get()
  read(): void {}
}

@Controller()
class OwnWithoutResolver {
  @Permissions('posts:update')
  @Patch()
  update(): void {}
}

@Controller()
class ResolverMissing {
  @Permissions('posts:update')
  @Owner(NeverProvided)
  @Patch()
  update(): void {}
}

@Roles('admin')
@Controller()
class Shadowed {
  @Authenticated()
  @Get()
  read(): void {}

  @Roles.override('viewer')
  @Get('explicit')
  explicit(): void {}
}

@Controller()
class Contradictory {
  @Public()
  @Roles('admin')
  @Get()
  read(): void {}
}

async function boot(controller: Type, options: Partial<RbacModuleOptions> = {}) {
  const source = options.source === undefined ? { definition: access } : {};
  @Module({
    imports: [RbacModule.forRoot({ ...source, ...options })],
    controllers: [controller],
    providers: [Owns],
  })
  class AuditedModule {}
  const logger = new Warnings();
  const app = await NestFactory.create(AuditedModule, { logger, abortOnError: false });
  try {
    await app.init();
    return { warnings: logger.lines, audit: app.get(RouteAudit), health: app.get(LiveRoleGraph).health() };
  } finally {
    await app.close();
  }
}

describe('the route audit at boot', () => {
  afterAll(() => Logger.overrideLogger(['error', 'warn', 'log']));

  it('has nothing to say about routes in order', async () => {
    const { warnings, audit } = await boot(FineController, { audit: 'error' });
    expect([warnings, audit.findings()]).toEqual([[], []]);
  });

  it('tells in its table what each route asks for, to be looked up in the graph', async () => {
    const { audit } = await boot(FineController);
    const asked = audit.table().rows.map(({ clauses, owner }) => ({ clauses, owner }));
    const permission = (name: string) => [{ kind: 'permissions', mode: 'all', names: [name] }];
    expect(asked).toEqual([
      { clauses: permission('posts:read'), owner: undefined },
      { clauses: permission('posts:update'), owner: 'Owns' },
      { clauses: permission('reports:export'), owner: undefined },
    ]);
  });

  it('tells in its table which routes ask for a fresh login', async () => {
    @Controller('account')
    class AccountController {
      @RequireFreshAuth('15m')
      @Delete()
      close(): void {}

      @Get()
      show(): void {}
    }
    const { audit } = await boot(AccountController, { guardedElsewhere: ['AccountController.close'] });
    const asked = audit.table().rows.map(({ handler, needsFreshLogin }) => [handler, needsFreshLogin]);
    expect(asked).toEqual([
      ['AccountController.close', true],
      ['AccountController.show', false],
    ]);
  });

  it.each<[string, Type, string]>([
    ['permission', MisspeltPermission, "permission 'posts:raed' is unknown; did you mean 'posts:read'?"],
    ['role', MisspeltRole, "role 'editro' is unknown; did you mean 'editor'?"],
  ])(
    'stops the boot on an unknown %s of a static graph, and names the nearest',
    async (_, controller, message) => {
      for (const audit of ['off', 'warn', 'error'] as const)
        await expect(boot(controller, { audit })).rejects.toThrow(message);
    },
  );

  it('denies unknown names of an asynchronous source, with a warning', async () => {
    class Stored extends RoleSource {
      load() {
        return Promise.resolve(access);
      }
    }
    const { warnings } = await boot(MisspeltPermission, { source: new Stored() });
    expect(warnings.join()).toContain("'posts:raed' is unknown; did you mean 'posts:read'?");
  });

  it.each<[string, Type, string, Partial<RbacModuleOptions>]>([
    ['unknown-scope', UnknownScope, "did you mean 'blog.read'?", {}],
    ['undecorated', Undecorated, 'has no access decorator', { defaultPolicy: 'deny' }],
    ['own-without-resolver', OwnWithoutResolver, 'counts for nothing here without @Owner()', {}],
    ['resolver-not-found', ResolverMissing, 'no module provides NeverProvided', {}],
    ['shadowed', Shadowed, "the roles admin of an outer layer don't count here", {}],
    ['contradiction', Contradictory, 'is public but asks for roles', {}],
  ])('%s: off is silent, warn warns, error stops the boot', async (kind, controller, message, options) => {
    const silent = await boot(controller, { ...options, audit: 'off' });
    expect(silent.warnings).toEqual([]);
    expect(silent.audit.findings().map((finding) => finding.kind)).toEqual([kind]);
    expect((await boot(controller, options)).warnings.join()).toContain(message);
    await expect(boot(controller, { ...options, audit: 'error' })).rejects.toMatchObject({
      name: 'AccessAuditError',
      findings: [expect.objectContaining({ kind })],
    });
  });

  it('takes the list of permissions, where there is one, for all there are', async () => {
    const definition = defineAccess({
      roles: { admin: { grants: ['*'] } },
      permissions: ['posts:read', 'posts:update', 'reports:import'],
    });
    await expect(boot(FineController, { definition })).rejects.toThrow("did you mean 'reports:import'?");
  });

  it('stops on a wrong definition with all of its problems', async () => {
    const definition = { roles: { a: { inherits: ['b'] }, b: { inherits: ['a', 'ghost'] } } };
    await expect(boot(FineController, { definition })).rejects.toBeInstanceOf(AccessDefinitionError);
    await expect(boot(FineController, { definition })).rejects.toThrow('2 problem(s)');
  });
});
