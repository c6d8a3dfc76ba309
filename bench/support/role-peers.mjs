// What a user would pick instead of our role graph, each loaded with the same world and asked in its own idiom.
// A world: { roles: Map role → { parents, grants: [resource] }, users: Map user → [role] }; the only action is `read`.
import { createMongoAbility } from '@casl/ability';
import { AccessControl } from 'accesscontrol';
import { newCachedEnforcer, newEnforcer, newModelFromString } from 'casbin';
import { RoleGraph } from '../../libs/auth/dist/index.js';

const RBAC_MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
`;

async function loadCasbin(make, { roles, users }) {
  const enforcer = await make(newModelFromString(RBAC_MODEL));
  enforcer.enableAutoBuildRoleLinks(false);
  const policies = [...roles].flatMap(([role, { grants }]) =>
    grants.map((resource) => [role, resource, 'read']),
  );
  const links = [...roles].flatMap(([role, { parents }]) => parents.map((parent) => [role, parent]));
  for (const [user, held] of users) for (const role of held) links.push([user, role]);
  await enforcer.addPolicies(policies);
  await enforcer.addGroupingPolicies(links);
  await enforcer.buildRoleLinks();
  return enforcer;
}

/** All resources of a role and of all it inherits. */
function flatten(roles) {
  const flat = new Map();
  const of = (name) => {
    const known = flat.get(name);
    if (known !== undefined) return known;
    const { parents, grants } = roles.get(name);
    const all = new Set(grants);
    flat.set(name, all);
    for (const parent of parents) for (const resource of of(parent)) all.add(resource);
    return all;
  };
  for (const name of roles.keys()) of(name);
  return flat;
}

export const definitionOf = ({ roles }) => ({
  roles: [...roles].map(([name, { parents, grants }]) => [
    name,
    { inherits: parents, grants: grants.map((resource) => `${resource}:read`) },
  ]),
});

const sync = (ask) => (requests) => (n) => {
  let allowed = 0;
  for (let at = 0, i = 0; i < n; i++) {
    if (ask(requests[at])) allowed++;
    if (++at === requests.length) at = 0;
  }
  return allowed;
};
const async = (ask) => (requests) => async (n) => {
  let allowed = 0;
  for (let i = 0; i < n; i++) if (await ask(requests[i % requests.length])) allowed++;
  return allowed;
};

/** Each peer: `load(world)` answers `{ ask, race }`; a request is `{ user, resource, permission }`. */
export const peers = [
  {
    name: 'gatehouse',
    load(world) {
      const { users } = world;
      const required = [...world.roles.values()].flatMap(({ grants }) =>
        grants.map((resource) => `${resource}:read`),
      );
      const graph = RoleGraph.compile(definitionOf(world), { required });
      return sync(({ user, permission }) => graph.can(users.get(user), permission));
    },
  },
  {
    // As the guard asks: roles come with the token, the route's column was looked up once.
    name: 'gatehouse, as the guard',
    load(world) {
      const graph = RoleGraph.compile(definitionOf(world));
      return (requests) => {
        const asked = requests.map(({ user, permission }) => ({
          roles: world.users.get(user),
          column: graph.column(permission),
        }));
        return sync(({ roles, column }) => graph.holds(roles, column))(asked);
      };
    },
  },
  {
    name: 'Map of Sets, flattened',
    load({ roles, users }) {
      const flat = flatten(roles);
      const rights = new Map(
        [...flat].map(([role, all]) => [role, new Set([...all].map((each) => `${each}:read`))]),
      );
      return sync(({ user, permission }) => {
        for (const role of users.get(user)) if (rights.get(role).has(permission)) return true;
        return false;
      });
    },
  },
  {
    name: 'CASL, an ability per role',
    load({ roles, users }) {
      const rules = (all) => [...all].map((subject) => ({ action: 'read', subject }));
      const abilities = new Map(
        [...flatten(roles)].map(([role, all]) => [role, createMongoAbility(rules(all))]),
      );
      return sync(({ user, resource }) => {
        for (const role of users.get(user)) if (abilities.get(role).can('read', resource)) return true;
        return false;
      });
    },
  },
  {
    name: 'accesscontrol',
    load({ roles, users }) {
      const grants = [...roles].flatMap(([role, own]) =>
        own.grants.map((resource) => ({ role, resource, action: 'read:any', attributes: ['*'] })),
      );
      const control = new AccessControl(grants);
      // Parents first, as it wants them to exist.
      for (const [role, { parents }] of [...roles].reverse())
        if (parents.length > 0) control.grant(role).extend(parents);
      return sync(({ user, resource }) => control.can(users.get(user)).readAny(resource).granted);
    },
  },
  {
    name: 'casbin cached',
    async load(world) {
      const enforcer = await loadCasbin(newCachedEnforcer, world);
      return async(({ user, resource }) => enforcer.enforce(user, resource, 'read'));
    },
  },
  {
    name: 'casbin sync',
    async load(world) {
      const enforcer = await loadCasbin(newEnforcer, world);
      return sync(({ user, resource }) => enforcer.enforceSync(user, resource, 'read'));
    },
  },
  {
    name: 'casbin async',
    async load(world) {
      const enforcer = await loadCasbin(newEnforcer, world);
      return async(({ user, resource }) => enforcer.enforce(user, resource, 'read'));
    },
  },
];
