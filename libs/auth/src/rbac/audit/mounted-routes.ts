import { METHODS } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import { isOwnMount } from '../../context/own-mount.js';

/** A route that the host mounted beside Nest, where no guard runs. */
export interface MountedRoute {
  /** `GET /metrics`, `PUT, POST /raw`, `use /queues`, or `route /raw` where the verb doesn't show. */
  readonly entry: string;
  /** A pattern as it is written. */
  readonly path: string;
}

// What takes a path on an adapter, and what to call that.
const ON_ADAPTER: ReadonlyMap<string, string> = new Map([
  ...METHODS.map((verb) => [verb.toLowerCase(), verb] as const),
  ['all', 'ALL'],
  ['use', 'use'],
]);
// All verbs of Express go through `route`. Its `get` reads settings as well, for every request: that one is left alone.
const ON_EXPRESS: ReadonlyMap<string, string> = new Map([
  ['route', 'route'],
  ['use', 'use'],
]);

// Nest calls these when the hooks of modules have run; with a prefix they mount what answers below it.
const LATE_OF_NEST = ['setNotFoundHandler', 'setErrorHandler'];

type Mount = (...args: unknown[]) => unknown;
type Mounting = Record<string, Mount | undefined>;

/** What Fastify tells of each route, those of plugins included. */
interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
}

interface Fastify {
  readonly supportedMethods: readonly string[];
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

/**
 * Notices what is mounted on the HTTP adapter (`app.getHttpAdapter().get(…)`, `app.use('/path', …)`) and on the Express or
 * Fastify instance below it. Nest mounts its own routes on the adapter as well, from the adapter's `init()` on until the
 * hooks of modules run: those are left out. What an instance had before Nest got it, and what a router brings along that is
 * mounted without a path, stays unseen.
 */
export class MountedRoutes {
  readonly all: MountedRoute[] = [];
  private isNestAtIt = false;
  /** A method that mounts is at work: what it calls in its turn mounts the same route. */
  private isMounting = false;
  private onLate: ((route: MountedRoute) => void) | undefined;

  constructor(adapterHost: HttpAdapterHost) {
    // In tests the adapter comes when the providers are long made.
    adapterHost.init$.subscribe(() => {
      const adapter = adapterHost.httpAdapter as typeof adapterHost.httpAdapter | undefined;
      if (adapter) this.follow(adapter as unknown as Mounting, adapter.getType(), adapter.getInstance());
    });
  }

  /** To be called when Nest has mounted its routes. @param onLate hears of what is mounted later */
  settle(onLate: (route: MountedRoute) => void): void {
    this.isNestAtIt = false;
    this.onLate = onLate;
  }

  private follow(adapter: Mounting, type: string, instance: unknown): void {
    const { init } = adapter;
    adapter['init'] = (...args) => {
      this.isNestAtIt = true;
      return init?.apply(adapter, args);
    };
    for (const name of LATE_OF_NEST) this.followCalls(adapter, name, () => undefined);
    this.followMounts(adapter, ON_ADAPTER);
    if (type === 'express') this.followMounts(instance as Mounting, ON_EXPRESS);
    if (type === 'fastify') this.followFastify(instance as Fastify);
  }

  private followMounts(target: Mounting, ways: ReadonlyMap<string, string>): void {
    for (const [name, way] of ways)
      this.followCalls(target, name, ([path]) => {
        if (!this.isNestAtIt) for (const each of pathsIn(path)) this.add(way, each);
      });
  }

  private followCalls(target: Mounting, name: string, called: (args: readonly unknown[]) => void): void {
    const mount = target[name];
    if (mount === undefined) return;
    target[name] = (...args) => {
      if (this.isMounting) return mount.apply(target, args);
      called(args);
      this.isMounting = true;
      try {
        return mount.apply(target, args);
      } finally {
        this.isMounting = false;
      }
    };
  }

  private followFastify(fastify: Fastify): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      const verbs = [method].flat();
      const way = fastify.supportedMethods.every((verb) => verbs.includes(verb)) ? 'ALL' : verbs.join(', ');
      // Fastify answers HEAD where it answers GET; Nest's CORS answers preflights.
      const isImplied = (way === 'HEAD' && this.isKnown(`GET ${url}`)) || (way === 'OPTIONS' && url === '*');
      if (!this.isMounting && !isImplied) this.add(way, url);
    });
  }

  private isKnown(entry: string): boolean {
    return this.all.some((route) => route.entry === entry);
  }

  private add(way: string, path: string): void {
    const route = { entry: `${way} ${path}`, path };
    if (this.isKnown(route.entry)) return;
    this.all.push(route);
    this.onLate?.(route);
  }
}

function pathsIn(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.flatMap(pathsIn);
  if (given instanceof RegExp) return isOwnMount(given) ? [] : [String(given)];
  return typeof given === 'string' ? [given] : [];
}
