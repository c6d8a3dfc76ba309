import type { INestApplicationContext } from '@nestjs/common';
import { HttpRoutes } from '../app-view/http-routes.js';
import { DocumentedApp } from './documented-app.js';
import type { OpenApiDocument, Operation } from './document.js';
import { wellKnownEndpoint } from './endpoints/well-known-endpoints.js';
import { ownEndpointOf } from './endpoints/own-endpoints.js';
import { mountedOperations } from './routes/mounted-operations.js';
import { OperationWriter } from './operation-writer.js';
import { makeIdsUnique } from './operation-ids.js';

/** A document of OpenAPI, as `SwaggerModule.createDocument()` makes it. */
type Document = { readonly openapi: string; paths: object };

/**
 * Writes into an OpenAPI document how the routes of an app are guarded: security schemes, who may call each route, how it
 * refuses (401, 403, 429, 503) and with which headers, and what the endpoints of Gatehouse take and answer. It reads what the
 * guards read, so the document can't say anything else. What the document says already stays; calling it twice changes nothing.
 * @param document is written into
 * @returns the same document
 * @example
 * ```ts
 * const config = new DocumentBuilder().setTitle('Articles').build();
 * SwaggerModule.setup('docs', app, () => documentAuth(SwaggerModule.createDocument(app, config), app));
 * ```
 */
export function documentAuth<T extends Document>(document: T, app: Pick<INestApplicationContext, 'get'>): T {
  const target = document as unknown as OpenApiDocument;
  const view = new DocumentedApp(app);
  const writer = new OperationWriter(view, (target.components ??= {}));
  const { all: routes } = new HttpRoutes(view.modules, view.config);
  const operations = mountedOperations(target, routes, view.config.getGlobalPrefix());
  const ours = new Set<Operation>();
  for (const operation of operations) {
    const isOurs = operation.handlers.some((handler) => ownEndpointOf(handler) !== undefined);
    if (isOurs) ours.add(operation.operation);
    writer.write(operation);
  }
  // A document of some modules of an app needn't say anything of these.
  if (ours.size > 0 || !routes.some((handler) => ownEndpointOf(handler) !== undefined))
    for (const operation of addWellKnown(target, view, writer)) ours.add(operation);
  makeIdsUnique(target, ours);
  return document;
}

function addWellKnown(
  document: OpenApiDocument,
  { wellKnown }: DocumentedApp,
  writer: OperationWriter,
): readonly Operation[] {
  return (wellKnown?.published ?? []).map((published) => {
    const item = (document.paths[published.path] ??= {});
    // They are at the root, whatever the servers of the document say.
    if ((document.servers?.length ?? 0) > 0) item['servers'] ??= [{ url: '/' }];
    const operation = (item['get'] ??= {}) as Operation;
    writer.writeOwn(operation, wellKnownEndpoint(writer.context, published));
    return operation;
  });
}
