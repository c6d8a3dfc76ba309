/**
 * Everything that Nest, its packages and Fastify keep to themselves and that we read all the same. The spec beside this
 * file compares each of these with the installed packages.
 */

/** Metadata keys of Nest's own decorators. */
export const nestMetadata = {
  /** Path of a controller or of an HTTP handler. */
  path: 'path',
  /** `RequestMethod` of an HTTP handler. */
  method: 'method',
  /** Version of a controller or of an HTTP handler. */
  version: '__version__',
  /** Host a controller answers for. */
  host: 'host',
  /** Where `RouterModule` mounts a module; the id of the application follows the key. */
  modulePath: '__module_path__',
  /** Filters of a class or method. */
  exceptionFilters: '__exceptionFilters__',
  /** What a filter catches; everything where there is nothing. */
  filteredExceptions: '__filterCatchExceptions__',
  /** Guards of a class or method. */
  guards: '__guards__',
  gateway: 'websockets:is_gateway',
  /** What a gateway was told of its server: namespace, path. */
  gatewayOptions: 'websockets:gateway_options',
  /** Port of a gateway that doesn't share that of the app. */
  gatewayPort: 'port',
  /** Present on a handler of socket messages. */
  messageMapping: 'websockets:message_mapping',
  /** Name of the socket message. */
  message: 'message',
  /** Pattern of a microservice message or event. */
  messagePattern: 'microservices:pattern',
  /** `1` for messages, `2` for events. */
  messageHandlerType: 'microservices:handler_type',
  /** The one transport that a handler of messages is for. */
  messageTransport: 'microservices:transport',
  resolverType: 'graphql:resolver_type',
  resolverName: 'graphql:resolver_name',
  /** `config` of the Fastify route of a handler. */
  fastifyRouteConfig: '__fastify_route_config__',
  /** Present on a resolver of a field. */
  resolverProperty: 'graphql:resolve_property',
  /** Present on a resolver of references (federation). */
  resolverReference: 'graphql:resolve_reference',
} as const;

/** Token of the options of a GraphQL module. */
export const GRAPHQL_OPTIONS = 'GqlModuleOptions';

/** What `@Throttle` and `@SkipThrottle` keep for each throttler; the name of the throttler follows the key. */
export const throttlerMetadata = {
  skip: 'THROTTLER:SKIP',
  limit: 'THROTTLER:LIMIT',
  ttl: 'THROTTLER:TTL',
  blockDuration: 'THROTTLER:BLOCK_DURATION',
  tracker: 'THROTTLER:TRACKER',
  keyGenerator: 'THROTTLER:KEY_GENERATOR',
} as const;

/** The throttlers that `@Throttle` names on these classes and methods. */
export function throttlersNamedOn(targets: readonly object[]): readonly string[] {
  const keys = targets.flatMap((target): unknown[] => Reflect.getMetadataKeys(target));
  const names = keys.flatMap((key) =>
    typeof key === 'string' && key.startsWith(throttlerMetadata.limit)
      ? [key.slice(throttlerMetadata.limit.length)]
      : [],
  );
  return [...new Set(names)];
}

/** Option `trustProxy` of a Fastify instance; plugin instances inherit it. */
export function fastifyTrustProxy(instance: object | undefined): unknown {
  return (fastifyMember(instance, 'fastify.options') as { trustProxy?: unknown } | undefined)?.trustProxy;
}

/** Makes a hook that was added to a Fastify instance the first of its kind. */
export function moveFastifyHookToFront(instance: object, name: 'onRequest', hook: unknown): void {
  const hooks = (
    fastifyMember(instance, 'fastify.hooks') as Partial<Record<string, unknown[]>> | undefined
  )?.[name];
  const at = hooks?.indexOf(hook) ?? -1;
  if (at > 0) hooks?.unshift(...hooks.splice(at, 1));
}

/** What Fastify keeps under a symbol of that name. */
function fastifyMember(instance: object | undefined, name: string): unknown {
  for (
    let at: object | null = instance ?? null;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const symbol = Object.getOwnPropertySymbols(at).find(({ description }) => description === name);
    if (symbol !== undefined) return Reflect.get(at, symbol);
  }
  return undefined;
}
