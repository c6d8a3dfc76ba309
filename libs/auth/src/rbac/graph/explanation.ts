import type { CheckedDefinition } from './checked-definition.js';
import { isPermission } from './names.js';
import { covers, isLiteral } from './permission-pattern.js';

/** Why access was decided as it was: `granted`, no role has it, a scope cut it, or what was asked for isn't a permission. */
export type AccessReason = 'granted' | 'not-granted' | 'cut-by-scope' | 'malformed';

/** The whole story of one decision, for allow **and** deny. Names only; safe to show to an administrator, not to a caller. */
export interface AccessExplanation {
  /** Always equal to what `can()` answers. */
  readonly allowed: boolean;
  readonly reason: AccessReason;
  /** What was asked for. */
  readonly permission: string;
  /** The role whose grant matches, when one does. */
  readonly role: string | undefined;
  /** Shortest way along `inherits` from a held role to {@link role}. */
  readonly path: readonly string[];
  /** The grant that matches, as written. */
  readonly pattern: string | undefined;
  /** Of a token with a scope: the scope token and pattern that let it through, or none when the scope cut it. */
  readonly scope: { readonly token: string; readonly pattern: string } | undefined;
  /** When a scope cut it: the scope tokens that would have let it through. */
  readonly neededScopes: readonly string[];
  /** Held roles the graph doesn't know. */
  readonly unknownRoles: readonly string[];
  /** When no held role has it: the closest roles that do. */
  readonly nearestRoles: readonly string[];
  /** The same in one sentence. */
  readonly summary: string;
}

/** The question that is explained. */
export interface AccessQuestion {
  readonly roles: readonly string[];
  readonly permission: string;
  readonly scope: readonly string[] | undefined;
}

type Story = Omit<AccessExplanation, 'summary'>;

/** Explains a decision from the definition itself; shares no code path with the bit matrix but the index of grants. */
export function explainAccess(
  checked: CheckedDefinition,
  granting: ReadonlySet<number>,
  { roles, permission, scope }: AccessQuestion,
): AccessExplanation {
  const { ids, names, definition } = checked;
  const held = [...new Set(roles)].flatMap((role) => ids.get(role) ?? []).sort((a, b) => a - b);
  const path = pathToGrant(checked, held, granting);
  const role = path.at(-1);
  const scopes = definition.scopes;
  const through = scope === undefined ? undefined : scopeMatch(scopes, scope, permission);
  const cut = scope !== undefined && through === undefined;
  const story: Story = {
    allowed: role !== undefined && !cut,
    reason: reasonOf(permission, role, cut),
    permission,
    role,
    path,
    pattern: role === undefined ? undefined : bestMatch(definition.roles.get(role)?.grants ?? [], permission),
    scope: through,
    neededScopes:
      cut && isPermission(permission)
        ? [...scopes.keys()].filter((token) => scopeMatch(scopes, [token], permission)).sort()
        : [],
    unknownRoles: [...new Set(roles)].filter((name) => !ids.has(name)),
    nearestRoles:
      role === undefined ? nearestRoles(checked, held, granting).map((id) => names[id] ?? '') : [],
  };
  return { ...story, summary: summarise(story, roles) };
}

function reasonOf(permission: string, role: string | undefined, cut: boolean): AccessExplanation['reason'] {
  if (!isPermission(permission)) return 'malformed';
  if (role === undefined) return 'not-granted';
  return cut ? 'cut-by-scope' : 'granted';
}

function pathToGrant(
  { names, inheritance }: CheckedDefinition,
  held: readonly number[],
  granting: ReadonlySet<number>,
): readonly string[] {
  const cameFrom = inheritance.reach(held);
  for (const found of cameFrom.keys()) {
    if (!granting.has(found)) continue;
    const path: string[] = [];
    for (let id = found; id !== -1; id = cameFrom.get(id) ?? -1) path.push(names[id] ?? '');
    return path.toReversed();
  }
  return [];
}

function scopeMatch(
  scopes: ReadonlyMap<string, readonly string[]>,
  scope: readonly string[],
  permission: string,
): AccessExplanation['scope'] {
  if (!isPermission(permission)) return undefined;
  for (const token of [...scope].sort()) {
    const pattern = bestMatch(scopes.get(token) ?? [], permission);
    if (pattern !== undefined) return { token, pattern };
  }
  return undefined;
}

/** The name itself before patterns; among those, the first in code-unit order. */
function bestMatch(patterns: readonly string[], permission: string): string | undefined {
  const matching = patterns.filter((pattern) => covers(pattern, permission)).sort();
  return matching.find(isLiteral) ?? matching[0];
}

const SHOWN = 5;

/** Roles that would pass: among the heirs of what is held if any can, else among all, those that inherit it from no other. */
function nearestRoles(
  checked: CheckedDefinition,
  held: readonly number[],
  granting: ReadonlySet<number>,
): readonly number[] {
  const { inheritance } = checked;
  const able = new Set<number>();
  for (const id of inheritance.order)
    if (granting.has(id) || inheritance.parentsOf(id).some((parent) => able.has(parent))) able.add(id);
  if (able.size === 0) return [];
  // Breadth first, so the closest come first.
  const heirs = [...checked.heirs().reach(held).keys()].filter((id) => able.has(id));
  const candidates = new Set(heirs.length > 0 ? heirs : [...able].sort((a, b) => a - b));
  return [...candidates]
    .filter((id) => !inheritance.parentsOf(id).some((parent) => candidates.has(parent)))
    .slice(0, SHOWN);
}

function summarise(story: Story, roles: readonly string[]): string {
  const { permission, path, pattern, scope, neededScopes } = story;
  const way = `${path.join(' → ')} grants '${pattern ?? ''}'`;
  switch (story.reason) {
    case 'malformed':
      return `denied: ${JSON.stringify(permission)} is not a permission`;
    case 'granted':
      return `allowed ${permission}: ${way}${scope === undefined ? '' : `, scope '${scope.token}' lets it through`}`;
    case 'cut-by-scope':
      return `denied ${permission}: ${way}, but the token's scope cuts it; ${oneOf('scope', neededScopes)}`;
    default:
      return `denied ${permission}: no grant of ${roles.join(', ') || 'no role'}; ${oneOf('role', story.nearestRoles)}`;
  }
}

function oneOf(what: string, names: readonly string[]): string {
  return names.length === 0 ? `no ${what} would do` : `needs ${what} ${names.join(' or ')}`;
}
