import type { ExecutionContext } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { markExempt } from '../context/exempt-call.js';
import { Authenticated, OptionalAuth, Public } from '../context/route-authentication.decorators.js';
import type { AuthError } from '../kernel/auth-error.js';
import { type AuthEventMap, AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Principal } from '../kernel/principal.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AccessControl } from './access-control.service.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacGuard } from './rbac.guard.js';
import { type RbacOptions, resolveRbacSettings } from './rbac.settings.js';
import { Permissions, Roles, Scopes } from './requirements/access.decorators.js';
import { Owner, OwnershipResolver } from './requirements/owner.decorator.js';

class PostOwner extends OwnershipResolver {
  static answer: () => unknown = () => true;
  static asked = 0;
  owns(): boolean {
    PostOwner.asked++;
    return PostOwner.answer() as boolean;
  }
}

class Posts {
  plain(): void {}
  @Public() open(): void {}
  @OptionalAuth() maybe(): void {}
  @Authenticated() anybody(): void {}
  @Public() @Roles('admin') contradictory(): void {}
  @Roles('viewer') viewers(): void {}
  @Roles.all('viewer', 'auditor') both(): void {}
  @Permissions('posts:read', 'posts:audit') readAndAudit(): void {}
  @Permissions.any('posts:nothing', 'posts:audit') either(): void {}
  @Scopes('blog.read') scoped(): void {}
  @Permissions('posts:update') unowned(): void {}
  @Permissions('posts:update') @Owner(PostOwner) owned(): void {}
  @Permissions.any('posts:update', 'posts:read') @Owner(PostOwner) readOrOwn(): void {}
  @Roles('admin') @Permissions('posts:update') @Owner(PostOwner) adminsOwn(): void {}
}

const definition = {
  roles: {
    viewer: { grants: ['posts:read'] },
    auditor: { grants: ['posts:audit'] },
    editor: { inherits: ['viewer'], grants: ['posts:*:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'], all: ['*'] },
};

async function partsWith(
  options: Partial<RbacOptions> = {},
  events = new AuthEvents(),
): Promise<{ guard: RbacGuard; control: AccessControl }> {
  const settings = resolveRbacSettings({ definition, ...options }, new ConfigurationFindings());
  const live = await LiveRoleGraph.start(settings, events);
  const moduleRef = { get: (type: new () => OwnershipResolver) => new type() } as unknown as ModuleRef;
  const guard = new RbacGuard(settings, live, new OwnershipResolvers(moduleRef), events);
  return { guard, control: new AccessControl(live, settings) };
}

async function guardWith(...parts: Parameters<typeof partsWith>): Promise<RbacGuard> {
  return (await partsWith(...parts)).guard;
}

interface Call {
  readonly slot: keyof Posts;
  readonly user?: unknown;
  readonly type?: string;
  readonly exempt?: boolean;
}

function contextOf({ slot, user, type = 'http', exempt = false }: Call): ExecutionContext {
  const request = { user };
  if (exempt) markExempt(request);
  return {
    getType: () => type,
    getClass: () => Posts,
    getHandler: () => Posts.prototype[slot],
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ header: () => undefined }) }),
  } as unknown as ExecutionContext;
}

function refusalOf(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    return (error as AuthError).code;
  }
}

const viewer = { subject: 'v', roles: ['viewer'] };
const editor = { subject: 'e', roles: ['editor'] };
const admin = { subject: 'a', roles: ['admin'] };
const both = { subject: 'b', roles: ['viewer', 'auditor'] };

describe('RbacGuard', () => {
  beforeEach(() => {
    PostOwner.answer = () => true;
    PostOwner.asked = 0;
  });

  it.each<[keyof Posts, unknown, string]>([
    ['plain', undefined, 'unauthenticated'],
    ['plain', null, 'unauthenticated'],
    ['plain', viewer, 'true'],
    ['open', undefined, 'true'],
    ['maybe', undefined, 'true'],
    ['anybody', undefined, 'unauthenticated'],
    ['anybody', { subject: 'x', roles: [] }, 'true'],
    ['contradictory', undefined, 'unauthenticated'],
    ['contradictory', viewer, 'access_denied'],
    ['viewers', admin, 'true'],
    ['viewers', { subject: 'x', roles: ['auditor'] }, 'access_denied'],
    ['viewers', { subject: 'x' }, 'access_denied'],
    ['viewers', { subject: 'x', roles: 'viewer' }, 'access_denied'],
    ['both', viewer, 'access_denied'],
    ['both', both, 'true'],
    ['readAndAudit', viewer, 'access_denied'],
    ['readAndAudit', both, 'true'],
    ['either', viewer, 'access_denied'],
    ['either', both, 'true'],
    ['scoped', { ...admin, scope: ['blog.read'] }, 'true'],
    ['scoped', { ...admin, scope: ['blog.readmore'] }, 'insufficient_scope'],
    ['scoped', { ...admin, scope: 'blog.readmore' }, 'insufficient_scope'],
    ['scoped', admin, 'insufficient_scope'],
    ['readAndAudit', { ...both, scope: ['blog.read'] }, 'insufficient_scope'],
    ['readAndAudit', { ...viewer, scope: ['blog.read'] }, 'access_denied'],
    ['readAndAudit', { ...both, scope: ['all'] }, 'true'],
    ['unowned', editor, 'access_denied'],
    ['unowned', admin, 'true'],
  ])('%s as %j: %s, as AccessControl foretells', async (slot, user, outcome) => {
    const { guard, control } = await partsWith();
    expect(refusalOf(() => guard.canActivate(contextOf({ slot, user })))).toBe(outcome);
    expect(control.canCall(user as Principal, Posts, slot)).toBe(outcome === 'true');
  });

  it('is foretold without a question to a resolver, and without an event', async () => {
    const events = new AuthEvents();
    const denied: unknown[] = [];
    events.on('access.denied', (event) => void denied.push(event));
    const { control } = await partsWith({}, events);
    const may = (slot: keyof Posts) => control.canCall(editor, Posts, slot);
    expect([may('owned'), may('unowned'), may('readOrOwn'), may('adminsOwn')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([PostOwner.asked, denied]).toEqual([0, []]);
    expect(() => control.canCall(editor, Posts, 'plian')).toThrow(
      new TypeError("Posts has no method 'plian'"),
    );
  });

  it.each<[string, () => unknown, string]>([
    ['true', () => true, 'true'],
    ['false', () => false, 'access_denied'],
    ['a truthy value', () => 'yes', 'access_denied'],
    ['nothing', () => undefined, 'access_denied'],
    [
      'an exception',
      () => {
        throw new Error('away');
      },
      'access_denied',
    ],
  ])('a resolver that answers %s', async (_, answer, outcome) => {
    PostOwner.answer = answer;
    const guard = await guardWith();
    expect(refusalOf(() => guard.canActivate(contextOf({ slot: 'owned', user: editor })))).toBe(outcome);
  });

  it.each<[string, () => unknown, boolean]>([
    ['a promise of true', () => Promise.resolve(true), true],
    ['a promise of a truthy value', () => Promise.resolve(1), false],
    ['a rejection', () => Promise.reject(new Error('away')), false],
  ])('a resolver that answers %s', async (_, answer, passes) => {
    PostOwner.answer = answer;
    const guard = await guardWith();
    const outcome = guard.canActivate(contextOf({ slot: 'owned', user: editor }));
    expect(outcome).toBeInstanceOf(Promise);
    if (passes) await expect(outcome).resolves.toBe(true);
    else await expect(outcome).rejects.toMatchObject({ code: 'access_denied' });
  });

  it('asks the resolver only when nothing else decides', async () => {
    const guard = await guardWith();
    for (const [slot, user] of [
      ['owned', admin],
      ['owned', viewer],
      ['readOrOwn', editor],
      ['adminsOwn', editor],
    ] as const)
      refusalOf(() => guard.canActivate(contextOf({ slot, user })));
    expect(PostOwner.asked).toBe(0);
    expect(guard.canActivate(contextOf({ slot: 'owned', user: editor }))).toBe(true);
    expect(PostOwner.asked).toBe(1);
  });

  it('answers synchronously when no resolver has to be asked', async () => {
    const guard = await guardWith();
    expect(guard.canActivate(contextOf({ slot: 'readAndAudit', user: both }))).toBe(true);
    expect(guard.canActivate(contextOf({ slot: 'owned', user: admin }))).toBe(true);
  });

  it.each(['telegram', '', '__proto__', 'HTTP'])(
    '[10-1] denies calls of the unknown type %j, but for public handlers',
    async (type) => {
      const guard = await guardWith();
      expect(guard.canActivate(contextOf({ slot: 'open', user: admin, type }))).toBe(true);
      for (const slot of ['plain', 'viewers', 'maybe'] as const)
        expect(refusalOf(() => guard.canActivate(contextOf({ slot, user: admin, type })))).toBe(
          'access_denied',
        );
    },
  );

  it("defaultPolicy: 'deny' refuses what says nothing", async () => {
    const { guard, control } = await partsWith({ defaultPolicy: 'deny' });
    const outcomes = (['plain', 'anybody', 'viewers', 'open', 'maybe'] as const).map((slot) =>
      refusalOf(() => guard.canActivate(contextOf({ slot, user: admin }))),
    );
    expect(outcomes).toEqual(['access_denied', 'true', 'true', 'true', 'true']);
    expect([control.canCall(admin, Posts, 'plain'), control.canCall(admin, Posts, 'anybody')]).toEqual([
      false,
      true,
    ]);
  });

  it('an exempt path opens what asks for nothing, and nothing else', async () => {
    const guard = await guardWith();
    expect(refusalOf(() => guard.canActivate(contextOf({ slot: 'plain', exempt: true })))).toBe('true');
    expect(refusalOf(() => guard.canActivate(contextOf({ slot: 'viewers', exempt: true })))).toBe(
      'unauthenticated',
    );
  });

  it('[16.3.2] reports every refusal to the host', async () => {
    const events = new AuthEvents();
    const heard: unknown[] = [];
    events.on('access.denied', (event) => heard.push(event));
    const guard = await guardWith({}, events);
    refusalOf(() =>
      guard.canActivate(contextOf({ slot: 'viewers', user: { subject: 'x', roles: ['auditor'] } })),
    );
    expect(heard).toMatchObject([
      { subject: 'x', code: 'access_denied', reason: 'needs any of roles viewer; roles held: auditor' },
    ]);
  });

  it('[15] tells of thousands of refusals in one request once for each subject and handler', async () => {
    const clock = new ManualClock();
    const events = new AuthEvents(undefined, { clock });
    const heard: AuthEventMap['access.denied'][] = [];
    events.on('access.denied', (event) => heard.push(event));
    const guard = await guardWith({}, events);
    const ask = (slot: keyof Posts, subject: string) =>
      refusalOf(() => guard.canActivate(contextOf({ slot, user: { subject, roles: [] } })));
    for (let alias = 0; alias < 2000; alias += 1) expect(ask('viewers', 'x')).toBe('access_denied');
    ask('both', 'x');
    ask('viewers', 'y');
    expect(heard.map(({ subject, suppressed }) => [subject, suppressed])).toEqual([
      ['x', undefined],
      ['x', 1999],
      ['y', undefined],
    ]);
    clock.advance(1000);
    ask('viewers', 'x');
    expect(heard).toHaveLength(4);
  });
});
