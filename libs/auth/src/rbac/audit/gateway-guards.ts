import type { ApplicationConfig } from '@nestjs/core';
import type { EnforcedSet, EnforcingGuards } from './enforcing-guards.js';
import { GuardWatch } from './guard-watch.js';

/**
 * Finds out what guards the messages of gateways: not every Nest puts global guards before them. Nest asks for the socket
 * adapter before the first gateway and again after the handlers of each, so what it takes in between is for gateways.
 */
export class GatewayGuards {
  private watch: GuardWatch | undefined;
  private found: EnforcedSet | undefined;

  constructor(
    private readonly config: ApplicationConfig,
    private readonly guards: EnforcingGuards,
  ) {
    const ask = config.getIoAdapter.bind(config);
    config.getIoAdapter = () => {
      this.asked();
      return ask();
    };
  }

  /** Stops watching. `undefined`: there are no gateways (yet). */
  settle(): EnforcedSet | undefined {
    this.watch?.end();
    this.watch = undefined;
    Reflect.deleteProperty(this.config, 'getIoAdapter');
    return this.found;
  }

  /** What was taken so far was for messages of another transport. */
  forget(): void {
    this.watch?.forget();
  }

  private asked(): void {
    this.watch ??= new GuardWatch(this.guards);
    this.found = new Set([...(this.found ?? []), ...this.watch.seen()]);
    this.watch.forget();
  }
}
