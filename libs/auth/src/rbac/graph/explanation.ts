import type { CheckedDefinition } from './checked-definition.js';
import { isPermission } from './names.js';
import { covers, isLiteral } from './permission-pattern.js';

/** Why access was decided as it was: `granted`, no role has it, it is outside the token's scope, or it isn't a permission. */
type AccessReason = 'granted' | 'not-granted' | 'outside-scope' | 'malformed';

/** Why one decision was made, for allow **and** deny. For administrators; a caller must not see it. */
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
  /** Of a token with a scope: the scope token and pattern that include the permission; `undefined` when none does. */
  readonly scope: { readonly token: string; readonly pattern: string } | undefined;
  /** When it is outside the scope: the scope tokens that would include it. */
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

/** Explains a decision from the definition, not from the bit matrix; both use the index of grants only. */
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
  const isOutsideScope = scope !== undefined && through === undefined;
  const story: Story = {
    allowed: role !== undefined && !isOutsideScope,
    reason: reasonOf(permission, role, isOutsideScope),
    permission,
    role,
    path,
    pattern: role === undefined ? undefined : bestMatch(definition.roles.get(role)?.grants ?? [], permission),
    scope: through,
    neededScopes:
      isOutsideScope && isPermission(permission)
        ? [...scopes.keys()].filter((token) => scopeMatch(scopes, [token], permission)).sort()
        : [],
    unknownRoles: [...new Set(roles)].filter((name) => !ids.has(name)),
    nearestRoles:
      role === undefined ? nearestRoles(checked, held, granting).map((id) => names[id] ?? '') : [],
  };
  return { ...story, summary: summarise(story, roles) };
}

function reasonOf(
  permission: string,
  role: string | undefined,
  isOutsideScope: boolean,
): AccessExplanation['reason'] {
  if (!isPermission(permission)) return 'malformed';
  if (role === undefined) return 'not-granted';
  return isOutsideScope ? 'outside-scope' : 'granted';
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
    case 'outside-scope':
      return `denied ${permission}: ${way}, but the token's scope does not include it; ${oneOf('scope', neededScopes)}`;
    default:
      return `denied ${permission}: no grant of ${roles.join(', ') || 'no role'}; ${oneOf('role', story.nearestRoles)}`;
  }
}

function oneOf(what: string, names: readonly string[]): string {
  return names.length === 0 ? `no ${what} would do` : `needs ${what} ${names.join(' or ')}`;
}
