import type { ModulesContainer } from '@nestjs/core';
import { nestMetadata } from '../../context/nest-internals.js';
import type { EnforcedSet, EnforcingGuards } from './enforcing-guards.js';
import { GuardWatch } from './guard-watch.js';

/** What Nest knows of a transport of messages, its own or a custom one. */
interface MessageServer {
  readonly transportId?: unknown;
  addHandler(pattern: unknown, ...rest: readonly unknown[]): unknown;
}

/** What guards the handlers of one connected server. */
export interface GuardedServer {
  readonly transportId: unknown;
  readonly enforced: EnforcedSet;
}

const PROBE = 'gatehouse:guard-probe';

class GuardProbe {
  call(): void {}
}
// As `@MessagePattern()` would, which is in a package that may not be installed.
Reflect.defineMetadata(nestMetadata.messagePattern, [PROBE], GuardProbe.prototype.call);
Reflect.defineMetadata(nestMetadata.messageHandlerType, 1, GuardProbe.prototype.call);

/** The methods of a server as they were, since one server may be given to several applications, one after another. */
const originals = new WeakMap<MessageServer, MessageServer['addHandler']>();

/**
 * Finds out what guards the messages of each server that an application is connected to. A hybrid application gives a
 * server a configuration of its own, without any guard, unless it says `inheritAppConfig`. So a handler of ours is offered
 * to Nest while it registers the others: what Nest puts before that one, it puts before all of them. It never gets to the server.
 */
export class MessageServers {
  readonly all: GuardedServer[] = [];

  constructor(
    private readonly modules: ModulesContainer,
    private readonly guards: EnforcingGuards,
    private readonly onRegistered: (server: GuardedServer) => void,
  ) {
    modules.getRpcTargetRegistry<MessageServer>().subscribe((server) => this.follow(server));
  }

  private follow(server: MessageServer): void {
    const addHandler = originals.get(server) ?? server.addHandler;
    originals.set(server, addHandler);
    let watch: GuardWatch | undefined;
    let isKnown = false;
    server.addHandler = (pattern, ...rest) => {
      if (pattern === PROBE) return this.learn(server, watch);
      if (!isKnown) this.offerProbe(() => (watch = new GuardWatch(this.guards)));
      isKnown = true;
      return addHandler.call(server, pattern, ...rest);
    };
  }

  /** Nest goes through the controllers of all modules in one go, so what is added to the last one is still met. */
  private offerProbe(begin: () => unknown): void {
    const controllers = [...this.modules.values()].at(-1)?.controllers as Map<unknown, unknown> | undefined;
    controllers?.set(GuardProbe, {
      id: PROBE,
      instance: new GuardProbe(),
      metatype: GuardProbe,
      isDependencyTreeStatic: () => {
        controllers.delete(GuardProbe);
        begin();
        return true;
      },
    });
  }

  private learn({ transportId }: MessageServer, watch: GuardWatch | undefined): void {
    watch?.end();
    const server = { transportId, enforced: watch?.seen() ?? new Set() };
    this.all.push(server);
    this.onRegistered(server);
  }
}
