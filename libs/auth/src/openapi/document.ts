/**
 * The parts of an OpenAPI document (3.0 or 3.1) that are read and written here. Of our own: consumers need no package for these
 * types, and documents that weren't made by `@nestjs/swagger` are as good.
 */
export interface OpenApiDocument {
  paths: Record<string, PathItem | undefined>;
  components?: Components;
  servers?: readonly unknown[];
}

type PathItem = Record<string, unknown>;

export interface Components {
  schemas?: Record<string, Schema>;
  headers?: Record<string, Header>;
  responses?: Record<string, Response>;
  securitySchemes?: Record<string, object>;
}

/** What is told of one verb of one path. */
export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: readonly string[];
  security?: readonly SecurityRequirement[];
  parameters?: Parameter[];
  requestBody?: object;
  responses?: Record<string, Response>;
  'x-gatehouse-access'?: unknown;
}

/** All of these schemes together; one of several such is enough, and an empty one lets everybody in. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path' | 'cookie';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

/** One of the document, or a reference to one. */
export interface Response {
  description?: string;
  headers?: Record<string, Header>;
  content?: Record<string, object>;
  $ref?: string;
}

export type Schema = Readonly<Record<string, unknown>>;

export interface Header {
  readonly $ref?: string;
  readonly description?: string;
  readonly schema?: Schema;
}

/** The verbs of a path item. `search` and `query` are none of OpenAPI 3.1, but `@nestjs/swagger` writes them. */
export const VERBS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'search',
  'query',
] as const;

/** Every operation of a document with its path and verb. */
export function operationsOf({
  paths,
}: Pick<OpenApiDocument, 'paths'>): readonly (readonly [path: string, verb: string, operation: Operation])[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    VERBS.flatMap((verb) => {
      const operation = item?.[verb] as Operation | undefined;
      return operation === undefined ? [] : [[path, verb, operation] as const];
    }),
  );
}

/** Puts something where nothing is yet, and answers what is there then. */
export function kept<T>(members: Record<string, T>, name: string, value: () => T): T {
  return Object.hasOwn(members, name) ? (members[name] as T) : (members[name] = value());
}
