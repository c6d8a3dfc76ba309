import type { HttpHandler, HttpRoute } from '../../app-view/http-routes.js';
import { type OpenApiDocument, type Operation, VERBS } from '../document.js';
import { pathTemplate } from './path-template.js';

/** One operation of a document, and what may answer it: several where a version or a host decides. */
export interface MountedOperation {
  readonly path: string;
  readonly verb: string;
  readonly operation: Operation;
  readonly handlers: readonly HttpHandler[];
}

/** The operations of a document that have handlers among these; `prefix` is the global one. */
export function mountedOperations(
  { paths }: Pick<OpenApiDocument, 'paths'>,
  routes: readonly HttpRoute[],
  prefix: string,
): readonly MountedOperation[] {
  const found = new Map<Operation, Omit<MountedOperation, 'handlers'> & { routes: HttpRoute[] }>();
  for (const route of routes)
    for (const template of new Set(route.paths.map(pathTemplate))) {
      // Made with `ignoreGlobalPrefix`, a document has the prefix in its servers.
      const path = [template, withoutPrefix(template, prefix)].find((each) => paths[each] !== undefined);
      const item = path === undefined ? undefined : paths[path];
      for (const verb of verbsOf(route)) {
        const operation = item?.[verb] as Operation | undefined;
        if (path === undefined || operation === undefined) continue;
        const known = found.get(operation) ?? { path, verb, operation, routes: [] };
        found.set(operation, known);
        // Nest serves the one that was registered first.
        if (!known.routes.some((other) => isSame(other.conditions, route.conditions)))
          known.routes.push(route);
      }
    }
  return [...found.values()].map(({ routes: handlers, ...operation }) => ({ ...operation, handlers }));
}

/** A path without a verb is mounted as middleware is, and no operation. */
function verbsOf({ verb }: HttpRoute): readonly string[] {
  if (verb === undefined) return [];
  return verb === 'ALL' ? VERBS : [verb.toLowerCase()];
}

function withoutPrefix(template: string, globalPrefix: string): string {
  const prefix = `/${globalPrefix.replaceAll(/^\/+|\/+$/g, '')}`;
  if (prefix === '/' || !`${template}/`.startsWith(`${prefix}/`)) return template;
  return template.slice(prefix.length) || '/';
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at]);
}
