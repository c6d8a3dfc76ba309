import type { RoleGraph } from '../graph/role-graph.js';
import type { CombineMode } from '../rbac.settings.js';
import { CompiledRoute } from './compiled-route.js';
import { type RouteRequirement, routeRequirement } from './route-requirement.js';

/** A route as the guard sees it: what it requires, and that against the graph it was last asked with. */
export interface KnownRoute {
  readonly requirement: RouteRequirement;
  compiled: CompiledRoute | undefined;
}

/** Reads each route once. Keyed by class **and** handler: a method inherited by two classes is two routes. */
export class RouteRequirements {
  private readonly classes = new WeakMap<object, WeakMap<object, KnownRoute>>();

  constructor(private readonly combine: CombineMode) {}

  of(type: object, handler: object): KnownRoute {
    return this.classes.get(type)?.get(handler) ?? this.read(type, handler);
  }

  /** The route against a graph; compiled anew only when the graph is another one. */
  compiled(route: KnownRoute, graph: RoleGraph): CompiledRoute {
    if (route.compiled?.graph !== graph) route.compiled = new CompiledRoute(graph, route.requirement);
    return route.compiled;
  }

  private read(type: object, handler: object): KnownRoute {
    const handlers = this.classes.get(type) ?? new WeakMap<object, KnownRoute>();
    this.classes.set(type, handlers);
    const route = { requirement: routeRequirement(type, handler, this.combine), compiled: undefined };
    handlers.set(handler, route);
    return route;
  }
}
