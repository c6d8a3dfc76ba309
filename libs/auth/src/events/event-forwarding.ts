import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuthEvents } from '../kernel/auth-events.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import { type EmitterClass, EventsSettings } from './events.settings.js';

interface Emitter {
  emit(name: string, record: object): unknown;
}

const PREFIX = 'gatehouse.';

/** Hands every event on to an emitter of the host, such as `EventEmitter2` of `@nestjs/event-emitter`. */
@Injectable()
export class EventForwarding implements OnModuleInit {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #modules: ModuleRef;

  constructor(
    private readonly settings: EventsSettings,
    private readonly events: AuthEvents,
    modules: ModuleRef,
  ) {
    this.#modules = modules;
  }

  /** @throws AuthConfigurationError when there is no such provider, or it can't emit */
  onModuleInit(): void {
    const { forwardTo } = this.settings;
    if (forwardTo === undefined) return;
    const emitter = this.emitterOf(forwardTo);
    this.events.onAny((record) => emitter.emit(PREFIX + record.event, record));
  }

  private emitterOf(token: EmitterClass): Emitter {
    const found = this.provided(token);
    if (typeof found?.emit === 'function') return found as Emitter;
    const missing = `no module provides ${token.name}; with @nestjs/event-emitter, import EventEmitterModule.forRoot() in the root module`;
    const message = found === undefined ? missing : `${token.name} has no method emit()`;
    throw new AuthConfigurationError([{ option: 'events.forwardTo', message }]);
  }

  private provided(token: EmitterClass): Partial<Emitter> | undefined {
    try {
      return this.#modules.get<Partial<Emitter>>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}
