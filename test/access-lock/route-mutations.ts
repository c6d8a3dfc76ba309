import { type CanActivate, Controller, Get, Post, VersioningType } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Query } from '@nestjs/graphql';
import { Throttle, SkipThrottle } from '@nestjs/throttler';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { OptionalAuth, Permissions, Public, ThrottleCost } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { InProcess } from './base-plan.js';
import { controller } from './host-app.js';
import { add, drop, methodsIn, prepare, write, mutation, type Mutation } from './mutation.js';

const LETS_ALL: CanActivate = { canActivate: () => true };

export const routeMutations: readonly Mutation[] = [
  mutation(
    'a limit is loosened',
    (plan) =>
      write(
        plan,
        ['articles', 'create'],
        Permissions('articles:write'),
        Throttle({ default: { limit: 50, ttl: 60_000 } }),
      ),
    '1 loosened',
    'loosened POST /articles  the limit default is 50 in 1m of each ip, and was 10 in 1m of each ip',
  ),
  mutation(
    'a limit of its own is dropped',
    (plan) => drop(plan, ['articles', 'create']),
    '1 loosened',
    'loosened POST /articles  the limit default is 100 in 1m of each ip, and was 10 in 1m of each ip',
  ),
  mutation(
    'a limit is skipped',
    (plan) => add(plan, ['articles', 'list'], SkipThrottle()),
    '1 loosened',
    'loosened GET /articles  the limit default is gone: 100 in 1m of each ip',
  ),
  mutation(
    'a call costs more',
    (plan) => add(plan, ['articles', 'list'], ThrottleCost(5)),
    '1 tightened',
    'tightened GET /articles  the limit default is 100 in 1m of each ip, 5 for a call, and was 100 in 1m of each ip',
  ),
  mutation(
    'the limit of all routes is loosened',
    (plan) => (plan.options.throttler = { throttlers: [{ limit: 1000, ttl: '60s' }] }),
    '1 loosened',
    'loosened all routes  the limit default is 1000 in 1m of each ip, and was 100 in 1m of each ip',
  ),
  mutation(
    'all limits are switched off',
    (plan) => (plan.options.throttler = false),
    '2 loosened',
    'loosened POST /articles  the limit default is gone: 10 in 1m of each ip',
    'loosened all routes  the limit default is gone: 100 in 1m of each ip',
  ),
  mutation(
    'a hybrid app without guards',
    (plan) => {
      delete methodsIn(plan, 'messages')['find'];
      plan.prepare = [(app) => app.connectMicroservice({ strategy: new InProcess() })];
    },
    '1 widened, 1 loosened, 1 removed',
    'widened message "tick"  for everybody: is guarded by nobody now, and was by JwtAuthGuard, RbacGuard',
    'loosened message "tick"  the limit default is gone: 100 in 1m of each ip',
    'removed message "articles.find"',
  ),
  mutation(
    'a prefix',
    (plan) => prepare(plan, (app) => app.setGlobalPrefix('api')),
    '15 moved',
    'moved DELETE /articles/:id  to DELETE /api/articles/:id',
    'moved GET /account  to GET /api/account',
  ),
  mutation(
    'the path of a controller',
    (plan) => (plan.controllers['admin']!.on[0] = Controller('management')),
    '1 moved',
    'moved GET /admin/users  to GET /management/users',
  ),
  mutation(
    'a version',
    (plan) => {
      plan.controllers['admin']!.on[0] = Controller({ path: 'admin', version: '2' });
      prepare(plan, (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'v' }));
    },
    '1 moved',
    'moved GET /admin/users  to GET /admin/users version 2',
  ),
  mutation(
    'a host',
    (plan) => (plan.controllers['admin']!.on[0] = Controller({ path: 'admin', host: 'internal.test' })),
    '1 moved',
    'moved GET /admin/users  to GET /admin/users host internal.test',
  ),
  mutation(
    'something else in place of a guard',
    (plan) => (plan.override = (builder) => builder.overrideProvider(RbacGuard).useValue(LETS_ALL)),
    '18 widened, 2 changed',
    'widened DELETE /articles/:id  for whom the app lets pass, and not only admin: is guarded by JwtAuthGuard, RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
    'changed GET /other/feed  is guarded by JwtAuthGuard, RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
    'changed GET /other/health  is guarded by JwtAuthGuard, RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
    'widened GET /account  for whom the app lets pass: is guarded by JwtAuthGuard, RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'no global guards',
    (plan) => {
      plan.extras.registerGuards = false;
      for (const { methods } of [...Object.values(plan.controllers), ...Object.values(plan.providers)])
        for (const decorators of Object.values(methods)) decorators.splice(1);
      for (const { on } of Object.values(plan.controllers)) on.splice(1);
    },
    '23 widened, 2 loosened',
    'widened DELETE /articles/:id  for everybody, and not only admin: is guarded by nobody now, and was by JwtAuthGuard, RbacGuard',
    'loosened POST /articles  the limit default is gone: 10 in 1m of each ip',
    'loosened all routes  the limit default is gone: 100 in 1m of each ip',
    'widened GET /account  for everybody: is guarded by nobody now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'the default policy',
    (plan) => (plan.options.rbac = { defaultPolicy: 'deny' }),
    '5 narrowed',
    'narrowed GET /other/plain  for everybody who is authenticated: it says nothing, and the default policy has changed',
    'narrowed POST /account/password  for everybody who is authenticated: it says nothing, and the default policy has changed',
    'narrowed POST /account/transfer  for everybody who is authenticated: it says nothing, and the default policy has changed',
    'narrowed default policy  is deny for routes that say nothing, and was authenticated',
    'narrowed message "tick"  for everybody who is authenticated: it says nothing, and the default policy has changed',
  ),
  mutation(
    'an exempt path',
    (plan) => (plan.options.authentication = { exemptPaths: ['/other/plain'] }),
    '2 widened',
    'widened GET /other/plain  for everybody: its path is exempt now',
  ),
  mutation(
    'a host that guards itself',
    (plan) => (plan.options.rbac = { guardedElsewhere: ['ChatGateway'] }),
    '1 widened',
    'widened socket "send" at chat  for whom the app lets pass, and not only admin, author, editor: is guarded by the host now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'a new route',
    (plan) => (methodsIn(plan, 'articles')['purge'] = [Post('purge')]),
    '1 added',
    'added POST /articles/purge  passes: everybody who is authenticated',
  ),
  mutation(
    'a route of two paths',
    (plan) => (methodsIn(plan, 'articles')['list']![0] = Get(['', 'all'])),
    '1 added',
    'added GET /articles/all  passes: admin, author, editor, reader',
  ),
  mutation(
    'a route less',
    (plan) => delete methodsIn(plan, 'articles')['figures'],
    '1 removed',
    'removed GET /articles/figures',
  ),
  mutation(
    'a route mounted beside Nest',
    (plan) => prepare(plan, (app) => app.getHttpAdapter().get('/metrics', () => 'all')),
    '1 added',
    'added GET /metrics (mounted beside Nest)  passes: everybody',
  ),
  mutation(
    'a new gateway',
    (plan) =>
      (plan.providers['news'] = {
        name: 'NewsGateway',
        on: [WebSocketGateway({ namespace: 'news' })],
        methods: { ask: [SubscribeMessage('ask')] },
      }),
    '1 added',
    'added socket "ask" at news  passes: everybody who is authenticated',
  ),
  mutation(
    'a message of a gateway without its decorator',
    (plan) => drop(plan, ['chat', 'send']),
    '1 widened',
    'widened socket "send" at chat  for everybody who is authenticated, and not only admin, author, editor: asks for permission articles:write no more',
  ),
  mutation(
    'a query without its decorator',
    (plan) => drop(plan, ['resolver', 'articles']),
    '1 widened',
    'widened Query articles  for everybody who is authenticated, and not only admin, author, editor, reader: asks for permission articles:read no more',
  ),
  mutation(
    'a new query',
    (plan) => (methodsIn(plan, 'resolver')['drafts'] = [Query('drafts'), OptionalAuth()]),
    '1 added',
    'added Query drafts  passes: everybody',
  ),
  mutation(
    'a message pattern',
    (plan) => (methodsIn(plan, 'messages')['find']![0] = MessagePattern('articles.search')),
    '1 added, 1 removed',
    'added message "articles.search"  passes: admin, author, editor, reader',
    'removed message "articles.find"',
  ),
  mutation(
    'a new controller',
    (plan) =>
      (plan.controllers['extra'] = controller('extra', 'ExtraController', { open: [Get(), Public()] })),
    '1 added',
    'added GET /extra  passes: everybody',
  ),
];
