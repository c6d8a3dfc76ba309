import { RequestMethod, type Type, VersioningType } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { decoratedMethodsOf } from '../context/app-methods.js';
import { nestMetadata as keys } from '../context/nest-internals.js';

/** A handler of HTTP requests. */
export interface HttpHandler {
  readonly type: Type;
  readonly method: object;
  /** Its property in the class. */
  readonly slot: string;
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

/** A handler in one of the modules that have it. */
export interface HttpRoute extends HttpHandler {
  /** `GET`, or `ALL`; `undefined` for what Nest mounts as middleware. */
  readonly verb: string | undefined;
  /** As those of `HttpPlace`. */
  readonly paths: readonly string[];
  readonly conditions: readonly string[];
  /** Names and patterns, one of which the request has to be for; empty where any will do. */
  readonly hosts: readonly unknown[];
  /** One or several, wherever requests show them. */
  readonly version: Version;
}

type ModuleOfNest = ModulesContainer extends Map<string, infer M> ? M : never;
type RouteMetadata = Parameters<RoutePathFactory['create']>[0];
type Version = RouteMetadata['methodVersion'];

/** Where the handlers of an application are, by the rules of Nest itself: prefix, exclusions, versions, `RouterModule`. */
export class HttpRoutes {
  /** Every handler, whether a document mentions it or not. */
  readonly all: readonly HttpRoute[];
  private readonly paths: RoutePathFactory;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
  ) {
    this.paths = new RoutePathFactory(config);
    this.all = [...modules.values()].flatMap((module) =>
      [...module.controllers.values()].flatMap(({ metatype }) =>
        typeof metatype === 'function' ? this.routesOf(metatype as Type, module) : [],
      ),
    );
  }

  /** How requests say which version they are for. */
  get versioning(): ReturnType<ApplicationConfig['getVersioning']> {
    return this.config.getVersioning();
  }

  /** One for each module that has the handler. */
  of({ type, method }: Pick<HttpHandler, 'type' | 'method'>): readonly HttpRoute[] {
    return this.all.filter((route) => route.type === type && route.method === method);
  }

  /** Everywhere that a handler answers, once for each module that has it; empty for what Nest mounts as middleware. */
  placesOf(handler: Pick<HttpHandler, 'type' | 'method'>): readonly HttpPlace[] {
    return this.of(handler).flatMap(({ verb, paths, conditions }) =>
      verb === undefined ? [] : paths.map((path) => ({ verb, path, conditions })),
    );
  }

  private routesOf(type: Type, module: ModuleOfNest): readonly HttpRoute[] {
    const hosts = [Reflect.getMetadata(keys.host, type) as unknown]
      .flat()
      .filter((host) => host !== undefined);
    return decoratedMethodsOf(type).flatMap(([slot, method]): HttpRoute[] => {
      const methodPath: unknown = Reflect.getMetadata(keys.path, method);
      if (methodPath === undefined) return [];
      const requestMethod = Reflect.getMetadata(keys.method, method) as RequestMethod | undefined;
      const methodVersion = Reflect.getMetadata(keys.version, method) as Version;
      const version = methodVersion ?? this.versionOf(type);
      const metadata = {
        methodPath,
        methodVersion,
        modulePath: this.modulePathOf(module),
        globalPrefix: this.config.getGlobalPrefix(),
        controllerVersion: this.versionOf(type),
        ctrlPath: Reflect.getMetadata(keys.path, type) as unknown,
        versioningOptions: this.versioning,
      } as RouteMetadata;
      const isInPath = this.versioning?.type === VersioningType.URI;
      const conditions = [
        ...(isInPath || version === undefined ? [] : [`version ${textOf(version)}`]),
        ...(hosts.length === 0 ? [] : [`host ${textOf(hosts)}`]),
      ];
      const verb = requestMethod === undefined ? undefined : RequestMethod[requestMethod];
      const paths = this.paths.create(metadata, requestMethod);
      return [{ type, method, slot, verb, paths, conditions, hosts, version }];
    });
  }

  private versionOf(type: Type): RouteMetadata['controllerVersion'] {
    if (this.versioning === undefined) return undefined;
    return (
      (Reflect.getMetadata(keys.version, type) as RouteMetadata['controllerVersion']) ??
      this.versioning.defaultVersion
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
