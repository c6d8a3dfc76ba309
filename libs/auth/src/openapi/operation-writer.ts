import { accessAsData, accessInWords } from './access-words.js';
import type { HttpHandler } from '../app-view/http-routes.js';
import { nestMetadata } from '../context/nest-internals.js';
import { AuthError } from '../kernel/auth-error.js';
import type { DocumentedApp } from './documented-app.js';
import type { Components, Header, Operation, Response, SecurityRequirement } from './document.js';
import { ownEndpointOf } from './endpoints/own-endpoints.js';
import type { EndpointContext, OwnEndpoint } from './endpoints/own-endpoint.js';
import { limitHeaders } from './headers.js';
import type { MountedOperation } from './routes/mounted-operations.js';
import { type Refusal, type RefusalForm, RefusalResponses } from './refusals.js';
import { type RouteAccess, routeAccess } from './route-access.js';
import { refusalsOfAccess, refusalsOfLimits } from './route-refusals.js';
import { SecuritySchemes } from './security-schemes.js';

/** What of an operation isn't told by the document yet. */
interface Additions {
  readonly security: readonly SecurityRequirement[] | undefined;
  readonly refusals: readonly Refusal[];
  readonly headers: Readonly<Record<string, Header>>;
  readonly endpoint: OwnEndpoint | undefined;
  readonly form: RefusalForm;
}

/** Writes operations: only what isn't there yet, so that the host has the last word. */
export class OperationWriter {
  readonly context: EndpointContext;
  private readonly refusals: RefusalResponses;

  constructor(
    private readonly view: DocumentedApp,
    private readonly components: Components,
  ) {
    const schemes = new SecuritySchemes(view, components);
    this.context = { view, components, schemes };
    this.refusals = new RefusalResponses(view, components);
  }

  write(mounted: MountedOperation): void {
    const { operation, handlers, verb } = mounted;
    const accesses = handlers.map((handler) => routeAccess(this.view, handler, mounted));
    const known = accesses.filter((access) => access !== undefined);
    const endpoint = this.endpointOf(handlers);
    const limits = handlers.flatMap((handler) => this.view.limitsOn(handler));
    describeAccess(operation, known);
    this.add(operation, {
      endpoint,
      form: endpoint === undefined && handlers.some(hasFilter) ? 'unknown' : (endpoint?.form ?? 'problem'),
      // Where the host authenticates, or guards one of them itself, nobody knows here how that is done.
      security:
        this.view.authentication === undefined || known.length < accesses.length
          ? undefined
          : (endpoint?.security ?? this.securityOf(known, endpoint)),
      refusals: [
        ...known.flatMap((access) => refusalsOfAccess(this.view, access, verb)),
        ...accesses.flatMap((access) =>
          refusalsOfLimits(this.view, { isLimited: limits.length > 0, access }),
        ),
        ...(endpoint?.refusals ?? []),
      ],
      headers: limitHeaders(this.components, limits, this.view.throttler ?? { headers: 'none' }),
    });
  }

  /** An endpoint that no guard stands before. */
  writeOwn(operation: Operation, endpoint: OwnEndpoint): void {
    const { security, refusals, form = 'problem' } = endpoint;
    this.add(operation, { endpoint, security, refusals, form, headers: {} });
  }

  private endpointOf(handlers: readonly HttpHandler[]): OwnEndpoint | undefined {
    const [describe] = handlers.flatMap((handler) => ownEndpointOf(handler) ?? []);
    return describe?.(this.context);
  }

  private add(operation: Operation, { endpoint, form, security, refusals, headers }: Additions): void {
    if (endpoint !== undefined) describeEndpoint(operation, endpoint);
    if (security !== undefined) operation.security ??= security;
    const responses = (operation.responses ??= {});
    for (const [status, response] of Object.entries(endpoint?.answers ?? {}))
      responses[status] = filled(responses[status], response);
    for (const [status, response] of Object.entries(responses))
      if (/^[23]/.test(status)) addHeaders(response, headers);
    const refused = this.refusals.of(refusals, form, headers);
    for (const [status, response] of Object.entries(refused))
      responses[status] = filled(responses[status], response);
  }

  /** Everything that lets somebody in, whichever handler it is. */
  private securityOf(
    accesses: readonly RouteAccess[],
    endpoint: OwnEndpoint | undefined,
  ): readonly SecurityRequirement[] {
    if (accesses.every(({ authentication }) => authentication === 'public')) return [];
    const ways = accesses.flatMap((access): readonly SecurityRequirement[] => {
      if (access.authentication === 'public') return [{}];
      const own = this.context.schemes.waysIn({
        needsProof: access.needsProof,
        needsLogin: access.login !== undefined || endpoint?.needsSession === true,
        scopes: endpoint?.scope === undefined ? access.scopes : [[endpoint.scope]],
      });
      return access.authentication === 'optional' ? [...own, {}] : own;
    });
    return [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()];
  }
}

/** Whether a filter of the host's own writes the refusals of a handler. */
function hasFilter({ type, method }: HttpHandler): boolean {
  const filters = [method, type].flatMap(
    (place) => (Reflect.getMetadata(nestMetadata.exceptionFilters, place) ?? []) as unknown[],
  );
  return filters.some((filter) => {
    const kind = typeof filter === 'function' ? filter : (filter as object).constructor;
    const caught = (Reflect.getMetadata(nestMetadata.filteredExceptions, kind) ?? []) as unknown[];
    return caught.length === 0 || caught.some((each) => isOrExtends(AuthError, each));
  });
}

function isOrExtends(type: { readonly prototype: object }, base: unknown): boolean {
  return (
    type === base || (typeof base === 'function' && base.prototype.isPrototypeOf(type.prototype) === true)
  );
}

function describeEndpoint(operation: Operation, endpoint: OwnEndpoint): void {
  const { operationId, tag, summary, description, parameters = [], requestBody } = endpoint;
  // Made of the names of our classes, they would say nothing; and hosts can't decorate those.
  if (operation.operationId?.startsWith(operationId) !== true) operation.operationId = operationId;
  operation.tags = [tag];
  operation.summary ||= summary;
  if (description !== undefined) addParagraph(operation, description);
  const given = (operation.parameters ??= []);
  for (const parameter of parameters)
    if (!given.some((each) => each.name === parameter.name && each.in === parameter.in))
      given.push(parameter);
  if (requestBody !== undefined) operation.requestBody ??= requestBody;
}

/** What several handlers ask for, one paragraph each. */
function describeAccess(operation: Operation, accesses: readonly RouteAccess[]): void {
  if (accesses.length === 0) return;
  for (const access of accesses) {
    const words = accessInWords(access);
    if (words !== undefined) addParagraph(operation, words);
  }
  const distinct = [
    ...new Map(accesses.map(accessAsData).map((data) => [JSON.stringify(data), data])).values(),
  ];
  operation['x-gatehouse-access'] ??= distinct.length === 1 ? distinct[0] : distinct;
}

function addParagraph(operation: Operation, paragraph: string): void {
  const { description } = operation;
  if (description?.includes(paragraph) === true) return;
  operation.description = description ? `${description}\n\n${paragraph}` : paragraph;
}

/** What the document says of an answer is kept; one without a word is what Nest's tools write for every handler. */
function filled(given: Response | undefined, ours: Response): Response {
  if (given === undefined) return ours;
  return given.$ref !== undefined || given.content !== undefined || given.description ? given : ours;
}

function addHeaders(response: Response, headers: Readonly<Record<string, Header>>): void {
  if (response.$ref !== undefined || Object.keys(headers).length === 0) return;
  response.headers = { ...headers, ...response.headers };
}
