import { type CanActivate, Get, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { JwtAuthGuard, Permissions, Public } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerGuard } from 'nestjs-gatehouse/throttler';
import { AdmissionGuard } from '../../libs/auth/src/admission/admission.guard.js';
import { JwtStrategy } from '../../libs/auth/src/authentication/jwt.strategy.js';
import { drop, methodsIn, write, mutation, type Mutation } from './mutation.js';

const LETS_ALL: CanActivate = { canActivate: () => true };
class LenientGuard extends RbacGuard {
  override canActivate(): boolean {
    return true;
  }
}

/** What a host bends without a decorator of ours. */
export const guardMutations: readonly Mutation[] = [
  mutation(
    'something else in place of the guard of all',
    (plan) => (plan.override = (builder) => builder.overrideProvider(AdmissionGuard).useValue(LETS_ALL)),
    '18 widened, 2 loosened, 2 changed',
    'widened GET /account  for whom the app lets pass: is guarded by JwtAuthGuard (another in its place), RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'something else in place of a guard of some routes',
    (plan) => {
      plan.controllers['admin']!.on.push(UseGuards(RbacGuard));
      plan.override = (builder) => builder.overrideGuard(RbacGuard).useValue(LETS_ALL);
    },
    '18 widened, 2 changed',
    'widened GET /admin/users  for whom the app lets pass, and not only admin: is guarded by JwtAuthGuard, RbacGuard (another in its place) now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'a guard that derives from ours',
    (plan) => plan.controllers['admin']!.on.push(UseGuards(JwtAuthGuard, LenientGuard)),
    '1 changed',
    'changed GET /admin/users  is guarded by JwtAuthGuard, RbacGuard (extended) now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'one that derives from ours in place of it',
    (plan) => (plan.override = (builder) => builder.overrideProvider(RbacGuard).useClass(LenientGuard)),
    '20 changed',
    'changed GET /admin/users  is guarded by JwtAuthGuard, RbacGuard (extended) now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'something else in place of what a guard asks',
    (plan) =>
      (plan.override = (builder) => builder.overrideProvider(JwtStrategy).useValue({ validate: () => ({}) })),
    '20 changed',
    'changed GET /account  is guarded by JwtAuthGuard (extended), RbacGuard now, and was by JwtAuthGuard, RbacGuard',
  ),
  mutation(
    'a path that makes up a line of the report',
    (plan) => (methodsIn(plan, 'articles')['forged'] = [Get('a\nnarrowed GET /account'), Public()]),
    '1 added',
    'added GET /articles/a narrowed GET /account  passes: everybody',
  ),
  mutation(
    'something else in place of a guard of limits',
    (plan) =>
      (plan.override = (builder) => builder.overrideProvider(GatehouseThrottlerGuard).useValue(LETS_ALL)),
    '2 loosened',
    'loosened all routes  the limit default is gone: 100 in 1m of each ip',
  ),
  mutation(
    'a limit that the app skips when it likes',
    (plan) => (plan.options.throttler = { throttlers: [{ limit: 100, ttl: '60s', skipIf: () => true }] }),
    '2 loosened',
    'loosened all routes  the limit default is 100 in 1m of each ip, skipped as the app says, and was 100 in 1m of each ip',
  ),
  mutation(
    'a limit that counts whom the app likes',
    (plan) =>
      write(
        plan,
        ['articles', 'create'],
        Permissions('articles:write'),
        Throttle({ default: { limit: 10, ttl: 60_000, getTracker: () => 'anybody' } }),
      ),
    '1 changed',
    'changed POST /articles  the limit default is 10 in 1m of each ip, counted as the app says, and was 10 in 1m of each ip',
  ),
  mutation(
    'a part of what a route answers is exempt',
    (plan) => (plan.options.authentication = { exemptPaths: ['/articles/mine'] }),
    '1 widened',
    'widened exempt path /articles/mine  nobody has to be known there now, where a route says nothing',
  ),
  mutation(
    'a field without its decorator',
    (plan) => drop(plan, ['resolver', 'notes']),
    '1 widened',
    'widened field Article.notes  is gone, or asks for nothing of its own any more',
  ),
];
