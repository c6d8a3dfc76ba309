import { Injectable } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { nestMetadata } from '../../context/nest-internals.js';
import { type EnforcedSet, EnforcingGuards } from './enforcing-guards.js';
import { GatewayGuards } from './gateway-guards.js';
import { GraphqlModules } from './graphql-modules.js';
import { type Handler, handlersIn } from './handlers.js';
import { type GuardedServer, MessageServers } from './message-servers.js';
import { type MountedRoute, MountedRoutes } from './mounted-routes.js';

/** One way for calls to get to a handler. */
export interface Approach {
  /** What the guards on this way enforce. */
  readonly enforced: EnforcedSet;
  /** What to write where that isn't enough. */
  readonly remedy: string;
}

const USE_GUARDS = '@UseGuards(JwtAuthGuard, RbacGuard)';
const INHERIT = 'write connectMicroservice(…, { inheritAppConfig: true })';
const FIELDS = "give GraphQLModule fieldResolverEnhancers: ['guards']";

/** Sees which of our guards Nest runs before a handler: by what it does at boot, not by what it is expected to do. */
@Injectable()
export class GuardSight {
  // These lead to the whole app: who shows this one doesn't mean that.
  readonly #modules: ModulesContainer;
  readonly #guards: EnforcingGuards;
  readonly #servers: MessageServers;
  readonly #mounted: MountedRoutes;
  readonly #gateways: GatewayGuards;
  readonly #graphql: GraphqlModules;
  private ofGateways: EnforcedSet | undefined;
  private onLate: ((server: GuardedServer) => void) | undefined;

  constructor(modules: ModulesContainer, config: ApplicationConfig, adapterHost: HttpAdapterHost) {
    this.#modules = modules;
    this.#mounted = new MountedRoutes(adapterHost);
    this.#guards = new EnforcingGuards(modules, config);
    this.#gateways = new GatewayGuards(config, this.#guards);
    this.#graphql = new GraphqlModules(modules, config);
    this.#servers = new MessageServers(modules, this.#guards, (server) => {
      this.#gateways.forget();
      this.onLate?.(server);
    });
  }

  /** Every handler of the application. */
  handlers(): readonly Handler[] {
    return handlersIn(this.#modules);
  }

  /** Whether the guards of ours are global, so that they are expected before every handler. */
  get isGlobal(): boolean {
    return this.#guards.ofApplication().size > 0;
  }

  /** What the host mounted on the HTTP adapter: no guard runs there. */
  get mountedRoutes(): readonly MountedRoute[] {
    return this.#mounted.all.filter(({ path }) => !this.#graphql.answerAt(path));
  }

  /**
   * To be called when Nest has registered its handlers.
   * @param onLate hears of servers that are connected later
   * @param onMounted hears of routes that are mounted later
   */
  settle(onLate: (server: GuardedServer) => void, onMounted: (route: MountedRoute) => void): void {
    this.#mounted.settle((route) => {
      if (!this.#graphql.answerAt(route.path)) onMounted(route);
    });
    this.ofGateways = this.#gateways.settle();
    this.onLate = onLate;
  }

  /** How calls get to a handler; empty where nothing of Nest's brings any. */
  approachesOf(handler: Handler, servers: readonly GuardedServer[] = this.#servers.all): readonly Approach[] {
    const own = this.#guards.ofHandler(handler.type, handler.method);
    const behind = (enforced: EnforcedSet, remedy: string): Approach => ({
      enforced: new Set([...enforced, ...own]),
      remedy,
    });
    switch (handler.transport) {
      case 'call':
        return [];
      case 'rpc':
        return servers
          .filter((server) => reaches(server, handler))
          .map(({ enforced }) => behind(enforced, INHERIT));
      case 'ws':
        return this.ofGateways === undefined
          ? []
          : [behind(this.ofGateways, `put ${USE_GUARDS} on ${handler.type.name}`)];
      default:
        return handler.isField && !this.#graphql.guardFields()
          ? [{ enforced: new Set(), remedy: FIELDS }]
          : [behind(this.#guards.ofApplication(), `put ${USE_GUARDS} on it`)];
    }
  }
}

function reaches({ transportId }: GuardedServer, { method }: Handler): boolean {
  const wanted: unknown = Reflect.getMetadata(nestMetadata.messageTransport, method);
  return wanted === undefined || transportId === undefined || wanted === transportId;
}
