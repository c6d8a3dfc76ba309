import type { RoleGraph } from 'nestjs-gatehouse';

/** What of a role is shown. */
export interface ShownRole {
  readonly name: string;
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}

/** The roles of a graph, sorted by name. */
export function rolesOf(graph: RoleGraph): readonly ShownRole[] {
  const roles = graph.toJSON().roles as Readonly<
    Record<string, { inherits?: readonly string[]; grants?: readonly string[] }>
  >;
  return Object.entries(roles).map(([name, { inherits = [], grants = [] }]) => ({ name, inherits, grants }));
}

/** The shortest way along `inherits` from a role to another one, both included; empty when there is none. */
export function pathBetween(roles: readonly ShownRole[], from: string, to: string): readonly string[] {
  const byName = new Map(roles.map((role) => [role.name, role]));
  const paths: string[][] = [[from]];
  const seen = new Set([from]);
  for (const path of paths) {
    const last = path.at(-1) ?? from;
    if (last === to) return path;
    for (const parent of byName.get(last)?.inherits ?? [])
      if (!seen.has(parent)) {
        seen.add(parent);
        paths.push([...path, parent]);
      }
  }
  return [];
}
