import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentAuth } from 'nestjs-gatehouse/openapi';

/** An answer, as a document describes it. */
export interface DocumentedAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** What tests look at of an operation. */
export interface Documented {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** Without references. */
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
  readonly 'x-gatehouse-access'?: Readonly<Record<string, unknown>>;
}

/** The document of an app, by the tools of Nest and ours. */
export function documentOf(
  app: INestApplication,
  options: Parameters<typeof SwaggerModule.createDocument>[2] = {},
): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('Test').setVersion('1').build();
  return documentAuth(SwaggerModule.createDocument(app, config, options), app);
}

/** Its operations by `GET /path`. */
export function operationsOf({
  paths,
  components,
}: Pick<OpenAPIObject, 'paths' | 'components'>): ReadonlyMap<string, Documented> {
  const verbs = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'search'];
  const resolved = (answer: DocumentedAnswer & { readonly $ref?: string }): DocumentedAnswer =>
    answer.$ref === undefined
      ? answer
      : (components?.responses?.[answer.$ref.split('/').at(-1)!] as unknown as DocumentedAnswer);
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      verbs.flatMap((verb) => {
        const operation = (item as unknown as Record<string, Documented | undefined>)[verb];
        if (operation === undefined) return [];
        const responses = Object.fromEntries(
          Object.entries(operation.responses).map(([status, answer]) => [status, resolved(answer)]),
        );
        return [[`${verb.toUpperCase()} ${path}`, { ...operation, responses }] as const];
      }),
    ),
  );
}
