import { Controller, Get, Module, Post } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { Throttle } from '@nestjs/throttler';
import { Owner, OwnershipResolver, Permissions, Roles, Scopes, defineAccess, Public } from 'nestjs-gatehouse';
import { ArticleOwner } from './base-plan.js';
import { controller, type HostPlan } from './host-app.js';
import { methodsIn } from './mutation.js';

/** A change of an app by which nobody may call more or less. */
export interface Refactor {
  readonly title: string;
  readonly change: (plan: HostPlan) => void;
}

const refactor = (title: string, change: Refactor['change']): Refactor => ({ title, change });

const reversed = <V>(table: Record<string, V>): Record<string, V> =>
  Object.fromEntries(Object.entries(table).toReversed());

class SomebodyElse extends OwnershipResolver {
  owns(): boolean {
    return true;
  }
}

const READ = 'articles:read';
enum Right {
  Read = 'articles:read',
}

export const refactors: readonly Refactor[] = [
  refactor('classes are renamed', (plan) => {
    for (const each of [...Object.values(plan.controllers), ...Object.values(plan.providers)])
      each.name = `Renamed${each.name}`;
  }),
  refactor('methods are renamed', (plan) => {
    for (const { methods } of Object.values(plan.controllers))
      for (const [slot, decorators] of Object.entries(methods)) {
        delete methods[slot];
        methods[`${slot}Renamed`] = decorators;
      }
  }),
  refactor('methods are in another order', (plan) => {
    for (const each of Object.values(plan.controllers)) each.methods = reversed(each.methods);
  }),
  refactor('controllers are in another order', (plan) => (plan.controllers = reversed(plan.controllers))),
  refactor('a module for each controller', (plan) => {
    plan.modules = (controllers, providers) => [
      ...controllers.map((type) => {
        @Module({ controllers: [type] })
        class Own {}
        return Own;
      }),
      { module: class Rest {}, providers },
    ];
  }),
  refactor('modules are in another order', (plan) => {
    plan.modules = (controllers, providers) =>
      [
        { module: class One {}, controllers: controllers.slice(0, 2) },
        { module: class Two {}, controllers: controllers.slice(2), providers },
      ].toReversed();
  }),
  refactor('a module within modules', (plan) => {
    plan.modules = (controllers, providers) => {
      const inner = { module: class Inner {}, controllers, providers };
      return [{ module: class Outer {}, imports: [inner] }];
    };
  }),
  refactor('a controller is split', (plan) => {
    const { list, figures, ...rest } = methodsIn(plan, 'articles');
    plan.controllers['articles']!.methods = rest;
    plan.controllers['reading'] = controller('articles', 'ReadingController', {
      list: list!,
      figures: figures!,
    });
  }),
  refactor('a path moves from the methods to the class', (plan) => {
    plan.controllers['account']!.on[0] = Controller();
    const { profile, password, transfer } = methodsIn(plan, 'account');
    plan.controllers['account']!.methods = {
      profile: [Get('account'), ...profile!.slice(1)],
      password: [Post('account/password'), ...password!.slice(1)],
      transfer: [Post('account/transfer'), ...transfer!.slice(1)],
    };
  }),
  refactor('RouterModule in place of a path', (plan) => {
    plan.controllers['admin']!.on[0] = Controller();
    const all = plan.modules;
    plan.modules = (controllers, providers) => {
      const isAdmin = ({ name }: { name: string }): boolean => name === 'AdminController';
      const admin = { module: class Admin {}, controllers: controllers.filter(isAdmin) };
      return [
        admin,
        RouterModule.register([{ path: 'admin', module: admin.module }]),
        ...all(
          controllers.filter((type) => !isAdmin(type)),
          providers,
        ),
      ];
    };
  }),
  refactor('a decorator moves from the class to each method', (plan) => {
    plan.controllers['admin']!.on.pop();
    for (const decorators of Object.values(methodsIn(plan, 'admin'))) decorators.push(Roles('admin'));
  }),
  refactor('a decorator moves from each method to the class', (plan) => {
    const { list: _list, figures: _figures, ...rest } = methodsIn(plan, 'articles');
    plan.controllers['articles']!.methods = rest;
    const reading = { list: [Get()], figures: [Get('figures'), Scopes('reports')] };
    plan.controllers['reading'] = controller('articles', 'ReadingController', reading, Permissions(READ));
  }),
  refactor('a decorator stands on class and method', (plan) =>
    methodsIn(plan, 'admin')['users']!.push(Roles('admin')),
  ),
  refactor('decorators are in another order', (plan) => {
    const figures = methodsIn(plan, 'articles');
    figures['figures'] = [Get('figures'), Scopes('reports'), Permissions(READ)];
    figures['update'] = [figures['update']![0]!, Owner(ArticleOwner), Permissions('articles:update')];
  }),
  refactor('two decorators in place of one', (plan) => {
    const methods = methodsIn(plan, 'articles');
    methods['publish'] = [
      methods['publish']![0]!,
      Permissions('articles:publish'),
      Permissions('articles:update'),
    ];
  }),
  refactor('permissions are in another order, and one stands there twice', (plan) => {
    const methods = methodsIn(plan, 'articles');
    methods['moderate'] = [
      methods['moderate']![0]!,
      Permissions.any('articles:moderate', 'articles:publish'),
    ];
    methods['publish'] = [
      methods['publish']![0]!,
      Permissions('articles:publish', 'articles:update'),
      Permissions('articles:update'),
    ];
  }),
  refactor('any of one in place of all of one', (plan) => {
    const methods = methodsIn(plan, 'articles');
    methods['list'] = [Get(), Permissions.any(READ)];
    methodsIn(plan, 'admin')['users']!.push(Roles.all('admin'));
  }),
  refactor('a constant in place of a text', (plan) => {
    methodsIn(plan, 'articles')['list'] = [Get(), Permissions(Right.Read)];
  }),
  refactor('roles and grants are in another order', (plan) => {
    const roles = reversed(plan.definition.roles);
    for (const role of Object.values(roles)) role.grants = role.grants?.toReversed() ?? [];
    plan.definition = { ...plan.definition, roles };
  }),
  refactor('the definition is a table of another kind', (plan) => {
    const { roles, scopes } = plan.definition;
    plan.definition = { roles: new Map(Object.entries(roles)), scopes } as never;
  }),
  refactor('defineAccess() around the definition', (plan) => {
    plan.definition = defineAccess(plan.definition as never) as never;
  }),
  refactor('permissions are listed', (plan) => {
    const permissions = ['articles:read', 'articles:delete', 'articles:moderate', 'articles:update'];
    plan.definition = { ...plan.definition, permissions };
  }),
  refactor('another resolver of owners', (plan) => {
    const methods = methodsIn(plan, 'articles');
    methods['update'] = [methods['update']![0]!, Permissions('articles:update'), Owner(SomebodyElse)];
    plan.more.providers.push(SomebodyElse);
  }),
  refactor('a limit in other units, and one that is said anew', (plan) => {
    const methods = methodsIn(plan, 'articles');
    const limit = { limit: 10, ttl: 60 * 1000 };
    methods['create'] = [Post(), Permissions('articles:write'), Throttle({ default: limit })];
    plan.options.throttler = { throttlers: [{ limit: 100, ttl: '1m' }] };
  }),
  refactor('another platform', (plan) => (plan.platform = 'fastify')),
  refactor('another secret, another key', (plan) => {
    plan.options.secret = 'another lasting secret of the tests, long enough';
    plan.options.issuer = 'https://elsewhere.test';
  }),
  refactor('@Public() twice', (plan) => methodsIn(plan, 'other')['health']!.push(Public())),
];
