import type { DocumentedApp } from '../documented-app.js';
import {
  type Components,
  kept,
  type Parameter,
  type Response,
  type Schema,
  type SecurityRequirement,
} from '../document.js';
import { headerRefs, type KnownHeader } from '../headers.js';
import type { Refusal, RefusalForm } from '../refusals.js';
import type { SecuritySchemes } from '../security-schemes.js';

/** What is told of an endpoint of ours. */
export interface OwnEndpoint {
  readonly operationId: string;
  readonly tag: 'Authentication' | 'OAuth 2' | 'Well-known';
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  /** Where nothing was refused. */
  readonly answers: Readonly<Record<string, Response>>;
  /** Besides what guards refuse. */
  readonly refusals: readonly Refusal[];
  /** @default problem documents */
  readonly form?: RefusalForm;
  /** Whether what isn't public is for credentials that have a session. @default false */
  readonly needsSession?: boolean;
  /** Scope that a token with a scope needs. */
  readonly scope?: string;
  /** @default what the guards before it take */
  readonly security?: readonly SecurityRequirement[];
}

/** What endpoints are described with. */
export interface EndpointContext {
  readonly view: DocumentedApp;
  readonly components: Components;
  readonly schemes: SecuritySchemes;
}

/** What is told of an endpoint in an app. */
export type Describe = (context: EndpointContext) => OwnEndpoint;

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

export const text = (description?: string): Schema => ({
  type: 'string',
  ...(description !== undefined && { description }),
});
export const texts: Schema = { type: 'array', items: text() };
export const seconds: Schema = { type: 'integer', description: 'Seconds.' };

/** How another site's page is refused, where a cookie is a credential. */
export function crossSiteRefusals({ view }: EndpointContext): readonly Refusal[] {
  const { refreshCookie, accessCookie, fingerprintCookie } = view.authentication ?? {};
  return (refreshCookie ?? accessCookie ?? fingerprintCookie) ? ['cross_site_request'] : [];
}

/** An object with these members; what may come besides isn't told. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/** A schema that the document has once, as a reference. */
export function named({ components }: EndpointContext, name: string, schema: () => Schema): Schema {
  kept((components.schemas ??= {}), name, schema);
  return { $ref: `#/components/schemas/${name}` };
}

/** A body that comes in any of these types. */
export function body(schema: Schema, types: readonly string[], required = true): object {
  return { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

/** An answer with a body in JSON, or with none. */
export function answer(
  { components }: EndpointContext,
  description: string,
  {
    schema,
    headers = [],
    type = JSON_TYPE,
  }: { readonly schema?: Schema; readonly headers?: readonly KnownHeader[]; readonly type?: string } = {},
): Response {
  return {
    description,
    ...(headers.length > 0 && { headers: headerRefs(components, headers) }),
    ...(schema !== undefined && { content: { [type]: { schema } } }),
  };
}
