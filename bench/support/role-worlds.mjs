// The worlds of the role benchmark. A request is `{ user, resource, permission, allowed }`.

const request = (user, resource, allowed) => ({ user, resource, permission: `${resource}:read`, allowed });

/** casbin's own workload for its RBAC model: one grant a role, one role a user, 17 requests of which every other is denied. */
export function casbinWorld(roleCount, resourceCount, userCount) {
  const role = (at) => `group-has-a-very-long-name-${at}`;
  const resource = (at) => `data-has-a-very-long-name-${at}`;
  const user = (at) => `user-has-a-very-long-name-${at}`;
  const indices = (count) => Array.from({ length: count }, (_, at) => at);
  return {
    roles: new Map(
      indices(roleCount).map((at) => [role(at), { parents: [], grants: [resource(at % resourceCount)] }]),
    ),
    users: new Map(indices(userCount).map((at) => [user(at), [role(at % roleCount)]])),
    requests: indices(17).map((at) => {
      const number = Math.floor(userCount / 17) * at;
      const right = (number % roleCount) % resourceCount;
      const denied = at % 2 === 0;
      return request(user(number), resource(denied ? (right + 1) % resourceCount : right), !denied);
    }),
  };
}

/** Roles in layers, each inheriting all of the next layer; the grant is at the bottom, the user at the top. */
export function layeredWorld(depth, width) {
  const name = (layer, at) => `layer${layer}-role${at}`;
  const roles = new Map();
  for (let layer = 0; layer < depth; layer++)
    for (let at = 0; at < width; at++) {
      const last = layer === depth - 1;
      const parents = last ? [] : Array.from({ length: width }, (_, next) => name(layer + 1, next));
      roles.set(name(layer, at), { parents, grants: last ? [`thing${at}`] : [] });
    }
  const users = new Map([['top', [name(0, 0)]]]);
  return { roles, users, requests: [request('top', 'thing0', true), request('top', 'nothing', false)] };
}

/** A graph of 10,000 roles and 30,000 edges. */
export function tangledWorld() {
  const roles = new Map();
  for (let at = 0; at < 10_000; at++) {
    const parents =
      at < 3 ? [] : [...new Set([at - 1, Math.floor(at / 2), Math.floor(at / 3)])].map((id) => `role${id}`);
    roles.set(`role${at}`, { parents, grants: [`thing${at % 1000}`] });
  }
  return { roles };
}
