import { RoleGraph } from 'nestjs-gatehouse';
import { access } from '../../access.js';
import { explainCell, type Row } from './cell-explanation.js';

const graph = RoleGraph.compile(access);
const route = (more: Partial<Row>): Row => ({
  entry: 'GET /x',
  handler: 'X.x',
  transport: 'http',
  guardedBy: 'JwtAuthGuard, RbacGuard',
  requires: '',
  clauses: [],
  needsFreshLogin: false,
  owner: undefined,
  cells: [],
  ...more,
});
const asking = (kind: 'roles' | 'permissions' | 'scopes', ...names: string[]) => ({
  kind,
  mode: 'any' as const,
  names,
});
const answersOf = (row: Row, role: string) => explainCell(row, role, graph).clauses[0]?.answers;

describe('why a role may call a route', () => {
  it('a permission is found along the path to the role that grants it', () => {
    const row = route({ clauses: [asking('permissions', 'articles:read')] });
    expect(answersOf(row, 'editor')).toEqual([
      expect.objectContaining({ verdict: 'yes', path: ['editor', 'viewer'], grant: 'articles:read' }),
    ]);
    expect(answersOf(row, 'admin')).toEqual([
      expect.objectContaining({ verdict: 'yes', path: ['admin'], grant: '*' }),
    ]);
  });

  it("the own form is found where the route knows whose a thing is, and isn't where it does not", () => {
    const row = route({ clauses: [asking('permissions', 'articles:update')], owner: 'ArticleOwner' });
    expect(answersOf(row, 'editor')).toEqual([
      expect.objectContaining({ verdict: 'own', path: ['editor'], grant: 'articles:update:own' }),
    ]);
    expect(answersOf({ ...row, owner: undefined }, 'editor')).toEqual([
      expect.objectContaining({ verdict: 'no', path: [], summary: 'nearest role that has it: admin' }),
    ]);
  });

  it('a role is found along what is inherited', () => {
    const row = route({ clauses: [asking('roles', 'viewer', 'admin')] });
    expect(answersOf(row, 'editor')).toEqual([
      expect.objectContaining({ asked: 'role viewer', verdict: 'yes', path: ['editor', 'viewer'] }),
      expect.objectContaining({ asked: 'role admin', verdict: 'no', path: [] }),
    ]);
  });

  it.each([
    [{ guardedBy: 'nobody' }, /everybody/],
    [{ guardedBy: 'the host' }, /app guards it itself/],
    [{ requires: 'public' }, /open to everybody/],
    [{ requires: 'optional' }, /open to everybody/],
    [{ requires: 'denied' }, /nobody may/],
    [{ requires: 'authenticated' }, /whatever their roles/],
    [{ requires: 'scopes a', clauses: [asking('scopes', 'a')] }, /whatever their roles/],
  ])('where nothing is asked of roles it says what decides: %j', (more, ground) => {
    expect(explainCell(route(more), 'viewer', graph).ground).toMatch(ground);
  });

  it('what nobody checks is no reason', () => {
    const clauses = [asking('scopes', 'articles:read'), asking('roles', 'admin')];
    expect(explainCell(route({ guardedBy: 'nobody', clauses }), 'viewer', graph)).toEqual({
      ground: expect.stringMatching(/asked of nobody/),
      clauses: [],
      scopes: [],
      needsFreshLogin: false,
    });
  });

  it('scopes are named, and decide nothing', () => {
    const row = route({ clauses: [asking('scopes', 'articles:read'), asking('roles', 'viewer')] });
    const { ground, scopes, clauses } = explainCell(row, 'viewer', graph);
    expect({ ground, scopes, asked: clauses.length }).toEqual({
      ground: undefined,
      scopes: ['articles:read'],
      asked: 1,
    });
  });
});
