import { PerRoute } from '../../context/call.js';
import type { AccessClause } from '../../context/route-layers.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { Principal } from '../../kernel/principal.js';
import { ownForm } from '../graph/names.js';
import type { Column } from '../graph/permission-matrix.js';
import type { RoleGraph } from '../graph/role-graph.js';
import { type RouteRequirement, routeRequirement } from './route-requirement.js';

/** Verdict of a check without I/O: passed, or passed if the resolver says that the thing is the caller's. */
export type Verdict = 'granted' | 'if-owned';

type Subject = Pick<Principal, 'roles' | 'scope' | 'scheme'>;

/** One name of a clause with its bits; `undefined` columns are worked out each time (no more may be made). */
interface Asked {
  readonly name: string;
  readonly column: Column | undefined;
  /** The `:own` form and its bits, where a resolver could confirm it. */
  readonly own: { readonly name: string; readonly column: Column | undefined } | undefined;
}

interface CompiledClause {
  readonly clause: AccessClause;
  readonly asked: readonly Asked[];
}

/** The requirements of one route against one graph: decides with bit tests, throws the refusal. */
export class CompiledRoute {
  private readonly clauses: readonly CompiledClause[];

  constructor(
    readonly graph: RoleGraph,
    requirement: RouteRequirement,
  ) {
    const owned = requirement.owner !== undefined;
    this.clauses = requirement.clauses.map((clause) => ({
      clause,
      asked: clause.names.map((name) => this.ask(clause, name, owned)),
    }));
  }

  /** Decides everything that can be decided at once: the verdict, or the first clause that isn't met. */
  decide(subject: Subject): Verdict | AccessClause {
    let verdict: Verdict = 'granted';
    for (const compiled of this.clauses) {
      const answer = this.answer(compiled, subject);
      if (answer === 'denied') return compiled.clause;
      if (answer === 'if-owned') verdict = 'if-owned';
    }
    return verdict;
  }

  /** The refusal for a clause that isn't met: `insufficient_scope` where only the token's scope stands in the way. */
  refusal({ kind, mode, names }: AccessClause, { roles, scope, scheme }: Subject): AuthError {
    const held = Array.isArray(roles) && roles.length > 0 ? roles.join(', ') : 'none';
    const detail = `needs ${mode} of ${kind} ${names.join(', ')}; roles held: ${held}`;
    if (kind === 'scopes') return new AuthError('insufficient_scope', { scheme, detail, scope: names });
    if (kind === 'roles' || scope === undefined) return new AuthError('access_denied', { detail });
    const can = (name: string): boolean => this.graph.can(roles, name);
    if (!(mode === 'any' ? names.some(can) : names.every(can)))
      return new AuthError('access_denied', { detail });
    const outside = names.filter((name) => can(name) && !this.graph.can(roles, name, scope));
    const needed = new Set(outside.flatMap((name) => this.graph.scopesLetting(name).slice(0, 1)));
    // RFC 6750 §3.1: the roles have the right, but the token's scope doesn't include it.
    return needed.size === 0
      ? new AuthError('access_denied', { detail: `${detail}; no scope lets it through` })
      : new AuthError('insufficient_scope', { scheme, detail, scope: [...needed] });
  }

  private answer({ clause, asked }: CompiledClause, subject: Subject): Verdict | 'denied' {
    let owned = 0;
    let granted = 0;
    for (const each of asked) {
      const one = this.one(clause.kind, each, subject);
      if (one === 'granted') granted++;
      else if (one === 'if-owned') owned++;
      else if (clause.mode === 'all') return 'denied';
    }
    if (clause.mode === 'any' ? granted > 0 : granted === asked.length) return 'granted';
    return owned > 0 ? 'if-owned' : 'denied';
  }

  private one(kind: AccessClause['kind'], asked: Asked, subject: Subject): Verdict | 'denied' {
    if (kind === 'scopes') return hasScope(subject, asked.name) ? 'granted' : 'denied';
    if (kind === 'roles') {
      return asked.column !== undefined && this.graph.holds(subject.roles, asked.column)
        ? 'granted'
        : 'denied';
    }
    if (this.has(subject, asked.name, asked.column)) return 'granted';
    const { own } = asked;
    return own !== undefined && this.has(subject, own.name, own.column) ? 'if-owned' : 'denied';
  }

  private has({ roles, scope }: Subject, permission: string, column: Column | undefined): boolean {
    if (column === undefined) return this.graph.can(roles, permission, scope);
    return this.graph.holds(roles, column) && (scope === undefined || this.graph.lets(scope, column));
  }

  private ask({ kind }: AccessClause, name: string, owned: boolean): Asked {
    if (kind === 'roles') return { name, column: this.graph.roleColumn(name), own: undefined };
    if (kind === 'scopes') return { name, column: undefined, own: undefined };
    const own = ownForm(name);
    return {
      name,
      column: this.graph.column(name),
      own: owned ? { name: own, column: this.graph.column(own) } : undefined,
    };
  }
}

// A scope that isn't a list counts as empty, because `includes` of a string would match parts of names.
function hasScope({ scope }: Subject, token: string): boolean {
  return Array.isArray(scope) && scope.includes(token);
}

/** What a route asks for, compiled for the graph of the last call. */
interface KnownRoute {
  readonly requirement: RouteRequirement;
  /** Compiled anew only when the graph is another one. */
  compiledFor(graph: RoleGraph): CompiledRoute;
}

/** What the decorators of each route that is called ask for. */
export function knownRoutes(): PerRoute<KnownRoute> {
  return new PerRoute((type, handler) => {
    const requirement = routeRequirement(type, handler);
    let compiled: CompiledRoute | undefined;
    return {
      requirement,
      compiledFor(graph) {
        if (compiled?.graph !== graph) compiled = new CompiledRoute(graph, requirement);
        return compiled;
      },
    };
  });
}
