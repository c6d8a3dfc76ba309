/**
 * What Nest keeps to itself of an application, and that we read to knock at its doors: as `context/nest-internals.ts`, but for tests of
 * hosts alone, so that no app loads it. The spec beside this file compares it with the installed packages.
 */

/** What Nest keeps of an application to itself. */
interface NestApplicationParts {
  readonly routesResolver?: { readonly routePathFactory?: unknown };
  readonly socketModule?: { readonly webSocketsController?: { readonly contextCreator?: unknown } } | null;
}

/** Nest's own maker of the paths of handlers. */
export interface RoutePaths {
  create(route: object, requestMethod: number): readonly string[];
}

/** What puts guards, pipes and filters around a handler of socket messages, as Nest does. */
export interface SocketContexts {
  create(
    instance: object,
    method: object,
    moduleKey: string,
    name: string,
  ): (...args: unknown[]) => Promise<unknown>;
}

/** Of an application that serves HTTP. */
export function routePathsOf(app: object): RoutePaths | undefined {
  return (app as NestApplicationParts).routesResolver?.routePathFactory as RoutePaths | undefined;
}

/** Of an application with gateways. */
export function socketContextsOf(app: object): SocketContexts | undefined {
  return (app as NestApplicationParts).socketModule?.webSocketsController?.contextCreator as
    SocketContexts | undefined;
}

/** Asks guards one after another. */
export interface GuardsAsked {
  tryActivate(
    guards: readonly object[],
    args: readonly unknown[],
    instance: object,
    method: object,
    type?: string,
  ): Promise<boolean>;
}

/** What every call goes through when its guards have let it pass, with interceptors or without. */
export interface InterceptorsAsked {
  intercept(
    interceptors: readonly object[],
    args: readonly unknown[],
    instance: object,
    method: object,
    next: () => Promise<unknown>,
    type?: string,
  ): Promise<unknown>;
}

/** What all calls of all transports go through, by an `ExternalContextCreator`: one class of each in a process. */
export function callSteps(creator: object): readonly [GuardsAsked, InterceptorsAsked] {
  const { guardsConsumer, interceptorsConsumer } = creator as Record<string, object | undefined>;
  const [guards, interceptors] = [guardsConsumer, interceptorsConsumer].map(
    (consumer) => Object.getPrototypeOf(consumer ?? {}) as object,
  ) as [Partial<GuardsAsked>, Partial<InterceptorsAsked>];
  if (typeof guards.tryActivate !== 'function' || typeof interceptors.intercept !== 'function')
    throw new TypeError('this version of Nest asks its guards in another way');
  return [guards as GuardsAsked, interceptors as InterceptorsAsked];
}
