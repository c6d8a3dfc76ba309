import { Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { nestMetadata } from '../context/nest-internals.js';

// A prefix may leave a path out for single methods; all of these are posted. `-1` is how Nest writes all as well.
const POSTED: ReadonlySet<number> = new Set([RequestMethod.ALL, RequestMethod.POST, -1]);

/** Where Nest puts the controllers of this module: below the global prefix and the path of the module (`RouterModule`). */
@Injectable()
export class MountedPaths {
  // Both lead to the whole app: who shows this one doesn't mean that.
  readonly #modules: ModulesContainer;
  readonly #config: ApplicationConfig;

  constructor(modules: ModulesContainer, config: ApplicationConfig) {
    this.#modules = modules;
    this.#config = config;
  }

  /**
   * The whole path of a handler of POST requests. It may have parameters; it is final once the app is initialised.
   * @param path as its controller has it, with a slash in front
   */
  of(path: string): string {
    const mounted = this.modulePath() + path;
    const { exclude = [] } = this.#config.getGlobalPrefixOptions();
    const isExcluded = exclude.some(
      ({ pathRegex, requestMethod }) => POSTED.has(requestMethod) && pathRegex.test(mounted),
    );
    const prefix = this.#config.getGlobalPrefix().replaceAll(/^\/+|\/+$/g, '');
    return isExcluded || prefix === '' ? mounted : `/${prefix}${mounted}`;
  }

  private modulePath(): string {
    const own = [...this.#modules.values()].find(
      ({ providers }) => providers.get(MountedPaths)?.instance === this,
    );
    const key = `${nestMetadata.modulePath}${this.#modules.applicationId}`;
    const path: unknown = own && Reflect.getMetadata(key, own.metatype);
    return typeof path === 'string' ? path.replace(/\/+$/, '') : '';
  }
}
