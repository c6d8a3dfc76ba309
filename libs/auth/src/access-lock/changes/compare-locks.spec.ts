import { RoleGraph } from '../../rbac/graph/role-graph.js';
import type { AccessLock, RouteFacts } from '../lock/access-lock.js';
import { compareLocks } from './compare-locks.js';

const facts: RouteFacts = {
  guards: 'JwtAuthGuard, RbacGuard',
  open: undefined,
  requires: ['permission things:get'],
  owner: false,
  login: [],
  proof: false,
  scopes: [],
  limits: undefined,
  passes: new Map([['admin', 'yes']]),
};

/** So many routes, of which the first ones let a further role in. */
function lockOf(routes: number, wider = 0, prefix = ''): AccessLock {
  const passes = new Map([...(facts.passes as ReadonlyMap<string, 'yes'>), ['author', 'yes'] as const]);
  return {
    defaultPolicy: 'authenticated',
    exemptPaths: [],
    callers: { accepts: ['access token'], requires: [] },
    limits: new Map(),
    onStoreFailure: 'memory',
    roles: new Map([
      ['admin', { inherits: [], grants: ['*'] }],
      ['author', { inherits: [], grants: wider === 0 ? [] : ['things:*'] }],
    ]),
    scopes: new Map(),
    routes: new Map(
      Array.from({ length: routes }, (_, at) => [
        `http GET ${prefix}/things/${at}`,
        at < wider ? { ...facts, passes } : { ...facts },
      ]),
    ),
  };
}

describe('comparing lockfiles', () => {
  const explainedBy = (before: AccessLock, now: AccessLock): number => {
    const explain = jest.spyOn(RoleGraph.prototype, 'explain');
    compareLocks(before, now);
    const { length } = explain.mock.calls;
    explain.mockRestore();
    return length;
  };

  it('explains what has changed, and nothing else', () => {
    expect(explainedBy(lockOf(600), lockOf(600))).toBe(0);
    const [few, many] = [10, 20].map((wider) => explainedBy(lockOf(600), lockOf(600, wider)));
    expect(many).toBe(2 * few!);
    expect(explainedBy(lockOf(1200), lockOf(1200, 10))).toBe(few);
  });

  it('pairs what has moved by the longest common end', () => {
    const moved = compareLocks(lockOf(300), lockOf(300, 0, '/v1'));
    expect(moved).toHaveLength(300);
    for (const { kind, subject, why } of moved)
      expect([kind, why]).toEqual(['moved', `to ${subject.replace('/things', '/v1/things')}`]);
  });
});
