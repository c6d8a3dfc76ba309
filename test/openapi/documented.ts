import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentAuth } from 'nestjs-gatehouse/openapi';

/** What tests look at of an operation. */
export interface Documented {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<
    Record<string, { description: string; headers?: object; content?: Record<string, { schema: object }> }>
  >;
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
export function operationsOf({ paths }: OpenAPIObject): ReadonlyMap<string, Documented> {
  const verbs = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'search'];
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      verbs.flatMap((verb) => {
        const operation = (item as unknown as Record<string, Documented | undefined>)[verb];
        return operation === undefined ? [] : [[`${verb.toUpperCase()} ${path}`, operation] as const];
      }),
    ),
  );
}
