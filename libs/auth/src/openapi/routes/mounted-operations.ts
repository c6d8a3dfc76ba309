import { RequestMethod, type Type, VersioningType } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { decoratedMethodsOf } from '../../context/app-methods.js';
import { nestMetadata as keys } from '../../context/nest-internals.js';
import { type OpenApiDocument, type Operation, VERBS } from '../document.js';
import { pathTemplate } from './path-template.js';

/** A handler of HTTP requests. */
export interface HttpHandler {
  readonly type: Type;
  readonly method: object;
  /** Its property in the class. */
  readonly slot: string;
}

/** One operation of a document, and what may answer it: several where a version or a host decides. */
export interface MountedOperation {
  readonly path: string;
  readonly verb: string;
  readonly operation: Operation;
  readonly handlers: readonly HttpHandler[];
}

/** Where a handler answers, as Nest registers it. */
export interface HttpPlace {
  /** `GET`, or `ALL`. */
  readonly verb: string;
  /** With prefix, path of the module, and version where that stands in the path. */
  readonly path: string;
  /** What else decides whether it is the one: `version 2`, `host api.example.com`. */
  readonly conditions: readonly string[];
}

interface Route extends HttpHandler {
  readonly places: readonly HttpPlace[];
  readonly templates: readonly string[];
  readonly verbs: readonly string[];
  /** What else than path and verb decides whether it is the one. */
  readonly condition: string;
}

type ModuleOfNest = ModulesContainer extends Map<string, infer M> ? M : never;
type RouteMetadata = Parameters<RoutePathFactory['create']>[0];

/** Where the handlers of an application are, by the rules of Nest itself: prefix, exclusions, versions, `RouterModule`. */
export class HttpRoutes {
  private readonly paths: RoutePathFactory;
  private readonly routes: readonly Route[];

  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
  ) {
    this.paths = new RoutePathFactory(config);
    this.routes = [...modules.values()].flatMap((module) =>
      [...module.controllers.values()].flatMap(({ metatype }) =>
        typeof metatype === 'function' ? this.routesOf(metatype as Type, module) : [],
      ),
    );
  }

  /** Every handler, whether a document mentions it or not. */
  get handlers(): readonly HttpHandler[] {
    return this.routes;
  }

  /** Everywhere that a handler answers, once for each module that has it; empty for what Nest mounts as middleware. */
  placesOf({ type, method }: Pick<HttpHandler, 'type' | 'method'>): readonly HttpPlace[] {
    return this.routes
      .filter((route) => route.type === type && route.method === method)
      .flatMap(({ places }) => places);
  }

  /** The operations of a document that have handlers here. */
  operationsIn({ paths }: Pick<OpenApiDocument, 'paths'>): readonly MountedOperation[] {
    const found = new Map<Operation, Omit<MountedOperation, 'handlers'> & { routes: Route[] }>();
    for (const route of this.routes)
      for (const template of route.templates) {
        // Made with `ignoreGlobalPrefix`, a document has the prefix in its servers.
        const path = [template, this.withoutPrefix(template)].find((each) => paths[each] !== undefined);
        const item = path === undefined ? undefined : paths[path];
        for (const verb of route.verbs) {
          const operation = item?.[verb] as Operation | undefined;
          if (path === undefined || operation === undefined) continue;
          const known = found.get(operation) ?? { path, verb, operation, routes: [] };
          found.set(operation, known);
          // Nest serves the one that was registered first.
          if (!known.routes.some(({ condition }) => condition === route.condition)) known.routes.push(route);
        }
      }
    return [...found.values()].map(({ routes, ...operation }) => ({ ...operation, handlers: routes }));
  }

  private withoutPrefix(template: string): string {
    const prefix = `/${this.config.getGlobalPrefix().replaceAll(/^\/+|\/+$/g, '')}`;
    if (prefix === '/' || !`${template}/`.startsWith(`${prefix}/`)) return template;
    return template.slice(prefix.length) || '/';
  }

  private routesOf(type: Type, module: ModuleOfNest): readonly Route[] {
    return decoratedMethodsOf(type).flatMap(([slot, method]): Route[] => {
      const methodPath: unknown = Reflect.getMetadata(keys.path, method);
      const requestMethod = Reflect.getMetadata(keys.method, method) as RequestMethod | undefined;
      // A path without a verb is mounted as middleware is, and no operation.
      if (methodPath === undefined || requestMethod === undefined) return [];
      const methodVersion = Reflect.getMetadata(keys.version, method) as RouteMetadata['methodVersion'];
      const version = methodVersion ?? this.versionOf(type);
      const metadata = {
        methodPath,
        methodVersion,
        modulePath: this.modulePathOf(module),
        globalPrefix: this.config.getGlobalPrefix(),
        controllerVersion: this.versionOf(type),
        ctrlPath: Reflect.getMetadata(keys.path, type) as unknown,
        versioningOptions: this.config.getVersioning(),
      } as RouteMetadata;
      const host: unknown = Reflect.getMetadata(keys.host, type);
      const isInPath = this.config.getVersioning()?.type === VersioningType.URI;
      const paths = this.paths.create(metadata, requestMethod);
      const conditions = [
        ...(isInPath || version === undefined ? [] : [`version ${textOf(version)}`]),
        ...(host === undefined ? [] : [`host ${textOf(host)}`]),
      ];
      return [
        {
          type,
          method,
          slot,
          places: paths.map((path) => ({ verb: RequestMethod[requestMethod], path, conditions })),
          templates: [...new Set(paths.map(pathTemplate))],
          verbs: requestMethod === RequestMethod.ALL ? VERBS : [RequestMethod[requestMethod].toLowerCase()],
          condition: [host, isInPath ? undefined : version].map(textOf).join(' '),
        },
      ];
    });
  }

  private versionOf(type: Type): RouteMetadata['controllerVersion'] {
    const versioning = this.config.getVersioning();
    if (versioning === undefined) return undefined;
    return (
      (Reflect.getMetadata(keys.version, type) as RouteMetadata['controllerVersion']) ??
      versioning.defaultVersion
    );
  }

  private modulePathOf({ metatype }: ModuleOfNest): string | undefined {
    const own: unknown = Reflect.getMetadata(`${keys.modulePath}${this.modules.applicationId}`, metatype);
    return (own ?? Reflect.getMetadata(keys.modulePath, metatype)) as string | undefined;
  }
}

/** Of several, in which order they are written means nothing. */
function textOf(condition: unknown): string {
  return [condition].flat().map(String).sort().join(',');
}
