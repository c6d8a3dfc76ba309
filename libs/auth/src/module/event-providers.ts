import { Logger, type Provider } from '@nestjs/common';
import { Alerts } from '../events/alerts.service.js';
import { EventForwarding } from '../events/event-forwarding.js';
import { EventsSettings } from '../events/events.settings.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { KeyRing } from '../keys/key-ring.js';
import { LastingSecret } from '../secret/lasting-secret.js';
import { maskedAccount } from '../throttler/credentials/account-name.js';
import { SlidingWindowStore } from '../throttler/sliding-window/sliding-window.store.js';

/** The source of events, and what is made of them. */
export const eventProviders: Provider[] = [
  { provide: AuthEvents, inject: [Clock, LastingSecret], useFactory: reportingEvents },
  EventForwarding,
  {
    provide: Alerts,
    inject: [EventsSettings, SlidingWindowStore, AuthEvents, KeyRing, Clock],
    useFactory: (
      { alerts }: EventsSettings,
      windows: SlidingWindowStore,
      events: AuthEvents,
      keys: KeyRing,
      clock: Clock,
    ) => new Alerts(alerts, windows, events, { keys, clock }),
  },
];

function reportingEvents(clock: Clock, secret: LastingSecret): AuthEvents {
  const logger = new Logger('Gatehouse');
  const [key] = secret.keysFor('account-names');
  return new AuthEvents((error, event) => logger.error(`telling of ${event} failed: ${String(error)}`), {
    clock,
    accountOf: (name) => maskedAccount(name, key!),
  });
}
