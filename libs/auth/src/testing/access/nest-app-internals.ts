import type { INestApplication } from '@nestjs/common';

/**
 * What Nest keeps to itself of an application, and that we read to knock at its doors: as `context/nest-internals.ts`, but for tests of
 * hosts alone, so that no app loads it. The spec beside this file compares it with the installed packages.
 */

/** What Nest keeps of an application to itself. */
interface NestApplicationParts {
  readonly socketModule?: { readonly webSocketsController?: { readonly contextCreator?: unknown } } | null;
  readonly isInitialized?: unknown;
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

/** Whether `init()` has come to its end. */
export function isInitialized(app: object): boolean {
  const { isInitialized: is } = app as NestApplicationParts;
  if (typeof is !== 'boolean')
    throw new TypeError('this version of Nest says in another way whether an app is initialised');
  return is;
}

/** Of an application that is initialised; `undefined` where gateways have no server: in a mere context, or without Nest's package. */
export function socketContextsOf(app: object): SocketContexts | undefined {
  if (typeof (app as Partial<INestApplication>).useWebSocketAdapter !== 'function') return undefined;
  const { socketModule } = app as NestApplicationParts;
  if (socketModule === null) return undefined;
  const contexts = socketModule?.webSocketsController?.contextCreator as Partial<SocketContexts> | undefined;
  if (typeof contexts?.create !== 'function')
    throw new TypeError('this version of Nest calls its gateways in another way');
  return contexts as SocketContexts;
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
