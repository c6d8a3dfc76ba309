import type { ExecutionContext } from '@nestjs/common';
import { PerRoute } from '../../context/call.js';
import type { RoleGraph } from '../graph/role-graph.js';
import { CompiledRoute } from './compiled-route.js';
import { type RouteRequirement, routeRequirement } from './route-requirement.js';

/** What a route asks for, compiled for the graph of the last call. */
interface KnownRoute {
  readonly requirement: RouteRequirement;
  /** Compiled anew only when the graph is another one. */
  compiledFor(graph: RoleGraph): CompiledRoute;
}

/** What the decorators of each route that was called ask for. */
export class KnownRoutes {
  private readonly routes = new PerRoute<KnownRoute>((type, handler) => {
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

  /** The route that is called. */
  of(context: Pick<ExecutionContext, 'getClass' | 'getHandler'>): KnownRoute {
    return this.routes.of(context);
  }
}
