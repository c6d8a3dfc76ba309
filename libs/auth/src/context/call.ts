import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';

/** The object of a call on which the principal is kept: the HTTP request, the socket's client, … */
export interface PrincipalRequest {
  user?: Principal | undefined;
}

/** Finds the request in a context of one transport; `undefined` when there is none. */
export type RequestFinder = (context: ExecutionContext) => PrincipalRequest | undefined;

interface GraphQLContext {
  readonly req?: PrincipalRequest & GraphQLWsConnection;
  readonly request?: PrincipalRequest;
  /** Mercurius. */
  readonly reply?: { readonly request?: PrincipalRequest };
  /** Subscriptions over graphql-ws: the upgrade request. */
  readonly extra?: { readonly request?: PrincipalRequest };
}

/** What Nest's default context takes for the request of an operation over graphql-ws: the connection. */
interface GraphQLWsConnection {
  readonly headers?: object;
  readonly extra?: { readonly request?: PrincipalRequest };
}

// The context object itself is never taken for a request: hosts may use one object for all requests, and then all callers
// would share one identity.
function graphqlRequest(context: ExecutionContext): PrincipalRequest | undefined {
  const found = context.getArgByIndex<GraphQLContext | undefined>(2);
  const connection = found?.req;
  if (connection?.headers === undefined && connection?.extra?.request !== undefined)
    return connection.extra.request;
  return found?.req ?? found?.request ?? found?.reply?.request ?? found?.extra?.request;
}

// Calls of transports that are built with `ExternalContextCreator` say `http` as well unless their library says otherwise.
// What comes first there is a message, and a message must not say by which path and for whom it came.
function routedRequest(context: ExecutionContext): PrincipalRequest | undefined {
  return httpResponseOf(context) && (httpArgument(context, 0) as PrincipalRequest | undefined);
}

const finders: ReadonlyMap<string, RequestFinder> = new Map<string, RequestFinder>([
  ['http', routedRequest],
  ['graphql', graphqlRequest],
  ['ws', (context) => context.switchToWs().getClient<PrincipalRequest>()],
  ['rpc', (context) => context.switchToRpc().getContext<PrincipalRequest>()],
]);

/** Whether calls of this transport are understood; guards deny all others. */
export function isKnownTransport(context: ExecutionContext): boolean {
  const type = context.getType<string>();
  return type === 'http' ? requestOf(context) !== undefined : finders.has(type);
}

/** The request of a call, or `undefined` for an unknown transport: guards deny what they don't understand. */
export function requestOf(context: ExecutionContext): PrincipalRequest | undefined {
  return finders.get(context.getType<string>())?.(context) ?? undefined;
}

/** Whom authentication found to be calling, and the object of it that handlers see; neither for nobody in particular. */
interface Caller {
  readonly principal?: Principal;
  readonly user?: Principal;
}

const CALLER: unique symbol = Symbol.for('gatehouse:caller') as never;
const NOBODY: Caller = Object.freeze({});

/** A request, and on whom authentication has decided, once it has. */
type JudgedRequest = PrincipalRequest & { [CALLER]?: Caller };

/**
 * Takes away what somebody else left as the user (a session middleware, an earlier guard), before anybody is authenticated:
 * nobody has verified it. What a host puts there afterwards is its own business.
 */
export function forgetStranger(request: JudgedRequest): void {
  if (request[CALLER] === undefined && request.user) request.user = undefined;
}

/**
 * Puts a verified principal on the request, as an object of the request's own: the verified one is frozen and shared by
 * all requests with the same token, and hosts add to `request.user`. What a host added stays when another guard of ours
 * finds the same principal.
 */
export function setPrincipal(request: JudgedRequest, principal: Principal): void {
  if (request[CALLER]?.principal === principal && request.user) return;
  const user = { ...principal };
  request[CALLER] = { principal, user };
  request.user = user;
}

/** Notes that nobody in particular is calling, unless another handler of the same request knows better (GraphQL). */
export function setNobody(request: JudgedRequest): void {
  if (request[CALLER] === undefined && Object.isExtensible(request)) request[CALLER] = NOBODY;
}

/** Whether no guard of ours has decided yet who is calling. */
export function isUnjudged(request: JudgedRequest): boolean {
  return request[CALLER] === undefined;
}

/** The principal behind what is on a request as its user: the verified one, if it is what {@link setPrincipal} put there. */
export function principalBehind(request: JudgedRequest): unknown {
  const caller = request[CALLER];
  return caller !== undefined && caller.user === request.user ? caller.principal : request.user;
}

/**
 * The principal of a request as handlers see it. Where a guard of ours has authenticated, only what that one found counts,
 * whatever the host put in its place; without any (the modules for access and limits alone) the host is trusted.
 */
export function principalIn(request: JudgedRequest | undefined): Principal | undefined {
  const caller = request?.[CALLER];
  return caller === undefined ? (request?.user ?? undefined) : caller.user;
}

/** The authenticated principal of a call, if any. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return principalIn(requestOf(context));
}

/** The HTTP request behind a call, also that of a GraphQL operation; other transports have none. */
export function httpRequestOf<T extends object>(context: ExecutionContext): T | undefined {
  const type = context.getType<string>();
  return type === 'http' || type === 'graphql' ? (requestOf(context) as T | undefined) : undefined;
}

/** {@link httpRequestOf} of a call that can't be decided without. @throws AuthError `unauthenticated` when there is none */
export function requireHttpRequest<T extends object>(context: ExecutionContext): T {
  const request = httpRequestOf<T>(context);
  if (request === undefined)
    throw new AuthError('unauthenticated', { detail: 'the context holds no request' });
  return request;
}

/** What of an HTTP response is written to; Express and Fastify both have it. */
export interface HttpResponse {
  /** Of Express: the answer has begun. */
  readonly headersSent?: boolean;
  /** Of Fastify: the answer was handed over. */
  readonly sent?: boolean;
  getHeader(name: string): unknown;
  header(name: string, value: string | number): unknown;
}

/** The HTTP response of a call, also that of a GraphQL operation where its context has it as `res`. */
export function httpResponseOf(context: ExecutionContext): HttpResponse | undefined {
  const found = responseIn(context);
  return typeof found?.header === 'function' ? (found as HttpResponse) : undefined;
}

/** Whether a call is answered over HTTP; middleware of Fastify has the response of Node, which has no `header`. */
export function hasHttpResponse(host: ArgumentsHost): boolean {
  if (host.getType() !== 'http') return false;
  const response = responseIn(host) as { header?: unknown; setHeader?: unknown } | undefined;
  return typeof response?.header === 'function' || typeof response?.setHeader === 'function';
}

/** By its shape: the arguments of a call that says `http` may be anything. */
function responseIn(context: ArgumentsHost): Partial<HttpResponse> | undefined {
  const type = context.getType<string>();
  if (type === 'graphql') return context.getArgByIndex<{ res?: HttpResponse } | undefined>(2)?.res;
  return type === 'http' ? (httpArgument(context, 1) as Partial<HttpResponse> | undefined) : undefined;
}

/** The request or the response. Nest's `switchToHttp()` makes functions anew at each call; a host's double may have nothing else. */
function httpArgument(context: ArgumentsHost, place: 0 | 1): unknown {
  if (!Object.hasOwn(context, 'switchToHttp')) return context.getArgByIndex<unknown>(place);
  const http: Partial<ReturnType<ArgumentsHost['switchToHttp']>> = context.switchToHttp();
  return place === 0 ? http.getRequest?.<unknown>() : http.getResponse?.<unknown>();
}

type Controller = ReturnType<ExecutionContext['getClass']>;
type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * One value for each route, made when the route is first called: the metadata of decorators doesn't change later. A route
 * is a class **and** a handler, because subclasses share the handlers they inherit.
 */
export class PerRoute<T extends object> {
  private readonly known = new WeakMap<Controller, WeakMap<Handler, T>>();

  constructor(private readonly make: (controller: Controller, handler: Handler) => T) {}

  /** The value of the route that is called. */
  of(context: Pick<ExecutionContext, 'getClass' | 'getHandler'>): T {
    const controller = context.getClass();
    const handler = context.getHandler();
    return this.known.get(controller)?.get(handler) ?? this.learn(controller, handler);
  }

  private learn(controller: Controller, handler: Handler): T {
    const value = this.make(controller, handler);
    const ofController = this.known.get(controller) ?? new WeakMap<Handler, T>();
    this.known.set(controller, ofController.set(handler, value));
    return value;
  }
}
