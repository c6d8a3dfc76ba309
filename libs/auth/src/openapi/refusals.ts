import { AuthError } from '../kernel/auth-error.js';
import { type AuthErrorCode, type ErrorCatalogueEntry, errorCatalogue } from '../kernel/error-catalogue.js';
import { digest } from '../kernel/opaque.js';
import { toProblemDetails } from '../problem-details/to-problem-details.js';
import { oauthErrorOf } from '../http/oauth2/oauth-error.js';
import type { DocumentedApp } from './documented-app.js';
import { type Components, type Header, kept, type Response, type Schema } from './document.js';
import { headerRefs } from './headers.js';

/** How refusals are written: as problem documents, as clients of OAuth 2 read them, or as a filter of the host likes. */
export type RefusalForm = 'problem' | 'oauth' | 'unknown';

/** One refusal that a route may answer with. */
export type Refusal = AuthErrorCode;

const PROBLEM = 'GatehouseProblem';
const OAUTH_ERROR = 'GatehouseOAuthError';

const problemSchema: Schema = {
  type: 'object',
  description: 'Why a request was refused (RFC 9457).',
  properties: {
    type: { type: 'string', description: 'Stable URI of the kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer', description: 'That of the answer.' },
    code: { type: 'string', description: 'Stable code of the kind of problem.' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Path of the request.' },
    'violated-policies': {
      type: 'array',
      items: { type: 'string' },
      description: 'With `quota_exceeded`: names of the limits.',
    },
  },
  required: ['type', 'title', 'status', 'code'],
};

const oauthErrorSchema: Schema = {
  type: 'object',
  description: 'Why a client was refused (RFC 6749 §5.2).',
  properties: { error: { type: 'string' }, error_description: { type: 'string' } },
  required: ['error'],
};

/** The answers that refusals make, by status. */
export class RefusalResponses {
  constructor(
    private readonly view: DocumentedApp,
    private readonly components: Components,
  ) {}

  /** @param headers further ones of every refusal */
  of(
    codes: Iterable<Refusal>,
    form: RefusalForm,
    headers: Readonly<Record<string, Header>>,
  ): Record<string, Response> {
    const byStatus = new Map<number, Refusal[]>();
    for (const code of new Set(codes)) {
      const status = this.statusOf(code, form);
      byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    }
    return Object.fromEntries(
      [...byStatus].map(([status, same]) => [
        String(status),
        this.once(status, this.written(status, same, form, headers)),
      ]),
    );
  }

  private written(
    status: number,
    codes: readonly Refusal[],
    form: RefusalForm,
    headers: Readonly<Record<string, Header>>,
  ): Response {
    return {
      description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
      headers: { ...this.headersOf(status, codes, form), ...headers },
      ...this.content(status, codes, form),
    };
  }

  /** Most routes refuse in the same ways, and an app has many routes. */
  private once(status: number, response: Response): Response {
    const name = `Gatehouse-${status}-${digest(JSON.stringify(response), 6)}`;
    kept((this.components.responses ??= {}), name, () => response);
    return { $ref: `#/components/responses/${name}` };
  }

  private statusOf(code: Refusal, form: RefusalForm): number {
    return form === 'oauth' ? this.oauth(code).status : errorCatalogue[code].status;
  }

  private content(status: number, codes: readonly Refusal[], form: RefusalForm): Pick<Response, 'content'> {
    if (form === 'unknown') return {};
    return { content: form === 'oauth' ? this.oauthContent(codes) : this.problemContent(status, codes) };
  }

  private oauth(code: Refusal): ReturnType<typeof oauthErrorOf> {
    return oauthErrorOf(new AuthError(code), this.view.problems);
  }

  private headersOf(status: number, codes: readonly Refusal[], form: RefusalForm): Record<string, Header> {
    const isChallenged =
      status === 401 && codes.some((code) => (errorCatalogue[code] as ErrorCatalogueEntry).challenge);
    return headerRefs(this.components, [
      ...(isChallenged ? (['WWW-Authenticate'] as const) : []),
      ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
      ...(codes.includes('use_dpop_nonce') ? (['DPoP-Nonce'] as const) : []),
      ...(form === 'oauth' ? (['Pragma'] as const) : []),
    ]);
  }

  private problemContent(status: number, codes: readonly Refusal[]): Record<string, object> {
    kept((this.components.schemas ??= {}), PROBLEM, () => structuredClone(problemSchema));
    const narrowed = {
      type: 'object',
      properties: {
        status: { type: 'integer', enum: [status] },
        code: { type: 'string', enum: codes },
      },
    };
    const { typeBase } = this.view.problems;
    const examples = codes.map((code) => [
      code,
      { value: toProblemDetails(new AuthError(code), { typeBase }) },
    ]);
    return {
      'application/problem+json': {
        schema: { allOf: [{ $ref: `#/components/schemas/${PROBLEM}` }, narrowed] },
        examples: Object.fromEntries(examples),
      },
    };
  }

  private oauthContent(codes: readonly Refusal[]): Record<string, object> {
    kept((this.components.schemas ??= {}), OAUTH_ERROR, () => structuredClone(oauthErrorSchema));
    return {
      'application/json': {
        schema: { $ref: `#/components/schemas/${OAUTH_ERROR}` },
        examples: Object.fromEntries(codes.map((code) => [code, { value: this.oauth(code).body }])),
      },
    };
  }
}
