import type { ExecutionContext } from '@nestjs/common';
import type { AuthError } from '../kernel/auth-error.js';
import { type AuthEventMap, AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { LiveRoleGraph } from './live-role-graph.js';
import type { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacGuard } from './rbac.guard.js';
import { resolveRbacSettings } from './rbac.settings.js';
import { Roles } from './requirements/access.decorators.js';

class Posts {
  @Roles('viewer') list(): void {}
  @Roles('viewer') show(): void {}
}

function contextOf(slot: keyof Posts, subject: string): ExecutionContext {
  const request = { user: { subject, roles: [] } };
  return {
    getType: () => 'http',
    getClass: () => Posts,
    getHandler: () => Posts.prototype[slot],
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ header: () => undefined }) }),
  } as unknown as ExecutionContext;
}

describe('RbacGuard', () => {
  it('[15] tells of thousands of refusals in one request once for each subject and handler', async () => {
    const clock = new ManualClock();
    const events = new AuthEvents(undefined, { clock });
    const heard: AuthEventMap['access.denied'][] = [];
    events.on('access.denied', (event) => heard.push(event));
    const definition = { roles: { viewer: { grants: ['posts:read'] } } };
    const settings = resolveRbacSettings({ definition }, new ConfigurationFindings());
    const live = await LiveRoleGraph.start(settings, events);
    const guard = new RbacGuard(settings, live, {} as OwnershipResolvers, events);
    const ask = (slot: keyof Posts, subject: string): unknown => {
      try {
        return guard.canActivate(contextOf(slot, subject));
      } catch (error) {
        return (error as AuthError).code;
      }
    };
    const answers = Array.from({ length: 2000 }, () => ask('list', 'x'));
    expect(new Set(answers)).toEqual(new Set(['access_denied']));
    ask('show', 'x');
    ask('list', 'y');
    expect(heard.map(({ subject, suppressed }) => [subject, suppressed])).toEqual([
      ['x', undefined],
      ['x', 1999],
      ['y', undefined],
    ]);
    clock.advance(1000);
    ask('list', 'x');
    expect(heard).toHaveLength(4);
  });
});
