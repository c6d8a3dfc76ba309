import { Ajv } from 'ajv';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type Documented, operationsOf } from '../../openapi/documented.js';

/** How an operation is called. */
export interface Sent {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly authorization?: string | undefined;
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
}

/** An app, called as its document says. */
export class Api {
  readonly operations: readonly (Documented & { readonly verb: string; readonly path: string })[];
  private readonly ajv = new Ajv({ strict: false, validateFormats: false });

  constructor(readonly document: OpenAPIObject) {
    this.operations = [...operationsOf(document)].map(([route, operation]) => {
      const [verb = '', path = ''] = route.split(' ');
      return { ...operation, verb, path };
    });
  }

  find(operationId: string): (typeof this.operations)[number] {
    return this.operations.find((operation) => operation.operationId === operationId)!;
  }

  /** What an app answers. Redirects aren't followed. */
  async call(url: string, operationId: string, { parameters, authorization, json, form }: Sent = {}) {
    const { verb, path } = this.find(operationId);
    const query = new URLSearchParams(parameters);
    const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = query.get(name) ?? '1';
      query.delete(name);
      return encodeURIComponent(value);
    });
    const body = form === undefined ? json && JSON.stringify(json) : String(new URLSearchParams(form));
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const response = await fetch(`${url}${place}${query.size === 0 ? '' : `?${String(query)}`}`, {
      method: verb,
      redirect: 'manual',
      headers: { ...(authorization && { authorization }), ...(body && { 'content-type': type }) },
      ...(body && { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** What of an answer isn't as the document says: nothing, hopefully. */
  differences(
    operationId: string,
    { status, headers, text }: Awaited<ReturnType<Api['call']>>,
  ): readonly string[] {
    const told = this.find(operationId).responses[status];
    if (told === undefined) return [`${operationId}: ${status} isn't documented: ${text.slice(0, 200)}`];
    const missing = Object.keys(told.headers ?? {}).filter(
      // Only sometimes there: the next page, and what only a refusal of its own kind has.
      (name) => !['Link', 'DPoP-Nonce'].includes(name) && !headers.has(name),
    );
    const found = missing.map((name) => `${operationId}: ${status} has no ${name}`);
    if (told.content === undefined) return found;
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const { schema } = told.content[type] ?? {};
    if (schema === undefined) return [...found, `${operationId}: ${status} is ${type}`];
    const { components } = this.document;
    return this.ajv.validate({ ...schema, components }, JSON.parse(text))
      ? found
      : [...found, `${operationId}: ${status} ${this.ajv.errorsText()}: ${text}`];
  }
}
