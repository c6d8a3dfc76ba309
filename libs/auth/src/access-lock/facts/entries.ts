import { nestMetadata } from '../../context/nest-internals.js';
import type { HttpRoutes } from '../../app-view/http-routes.js';
import type { RouteAudit } from '../../rbac/audit/route-audit.service.js';
import type { Handler } from '../../rbac/audit/handlers.js';

/** How a route is called in the lockfile, and its path where it has one. */
interface Entry {
  /** `http GET /posts/:id`, `graphql Query posts`, `rpc message "posts.find"`. */
  readonly name: string;
  readonly path: string;
}

/** Every name by which callers reach what a row is about. */
export function entriesOf(
  { handler, row }: ReturnType<RouteAudit['rows']>[number],
  routes: HttpRoutes,
): readonly Entry[] {
  const { transport, entry } = row;
  const places = handler?.transport === 'http' ? routes.placesOf(handler) : [];
  if (places.length > 0)
    return places.map(({ verb, path, conditions }) => ({
      name: ['http', verb, path, ...conditions].join(' '),
      path,
    }));
  if (handler === undefined) return [{ name: `${transport} ${entry}`, path: '' }];
  return [{ name: `${transport} ${fullEntry(handler, entry)}`, path: '' }];
}

/** Nest serves the first of several HTTP handlers of one name; of others, all answer, or those of one server each. */
export function isServedOnce(name: string): boolean {
  return name.startsWith('http ');
}

/** What tells namesakes apart, as callers see it: the type of a field, the namespace and port of a gateway. */
function fullEntry({ type, transport, isField, name }: Handler, entry: string): string {
  // No transport that we know calls it, so callers have no name for it either.
  if (transport === 'call') return `call ${name}`;
  if (isField) {
    const owner: unknown = Reflect.getMetadata(nestMetadata.resolverName, type);
    const [word, field] = entry.split(' ');
    return [word, [owner, field].filter((part) => typeof part === 'string').join('.')].join(' ').trim();
  }
  if (transport !== 'ws') return entry;
  const options = Reflect.getMetadata(nestMetadata.gatewayOptions, type) as GatewayOptions | undefined;
  const port: unknown = Reflect.getMetadata(nestMetadata.gatewayPort, type);
  const at = [options?.namespace ?? options?.path, port].filter((part) => part !== undefined && part !== 0);
  return [entry, ...at.map((part) => `at ${String(part)}`)].join(' ');
}

interface GatewayOptions {
  readonly namespace?: string | RegExp;
  readonly path?: string;
}
