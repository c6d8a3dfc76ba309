import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { Duration } from '../kernel/duration.js';

/** A provider of the host with a method `emit`, by its class. */
export type EmitterClass = abstract new (...given: never[]) => object;

/** Who is told of events besides those who inject `AuthEvents`, and from when on operators are alerted. */
export interface EventsOptions {
  /**
   * A provider of the host with a method `emit(name, record)`, by its class: `EventEmitter2` of `@nestjs/event-emitter`. Each event
   * is handed on to it as `gatehouse.` and its name. @default none
   */
  readonly forwardTo?: abstract new (...given: never[]) => object;
  /** Alerts are events, told once until they are over, by one instance for all; counted where somebody listens to them. */
  readonly alerts?: AlertOptions;
}

type AlertOptions = {
  /** `alert.failed-logins`: this many `failures` to one account, from wherever, `within` this time. @default 20 within an hour */
  readonly failedLogins?: { readonly failures?: number; readonly within?: Duration };
  /**
   * `alert.credential-stuffing`: failed logins to this many `accounts` from one network (IPv4 /24, IPv6 /48), `within` this time.
   * @default 20 within 10 minutes
   */
  readonly credentialStuffing?: { readonly accounts?: number; readonly within?: Duration };
  /** `alert.reuse`: this many `times` a refresh token or code of one subject came back after its use, `within` this time. @default 1 within an hour */
  readonly reuse?: { readonly times?: number; readonly within?: Duration };
  /** `alert.key-expiring`: how long before the last signing key stops signing, where that is foreseen. @default '7d' */
  readonly keyExpiry?: Duration;
};

/** So many within so long. */
export interface Threshold {
  readonly count: number;
  readonly withinMs: number;
}

/** From when on operators are alerted. */
export interface AlertSettings {
  /** Failed logins to one account. */
  readonly failedLogins: Threshold;
  /** Accounts to which logins failed, from one network. */
  readonly credentialStuffing: Threshold;
  /** Tokens and codes that came back after their use. */
  readonly reuse: Threshold;
  /** How long before the last key ends that signs. */
  readonly keyExpiryMs: number;
}

/** Who is told of events, and of what in particular; type and DI token. */
export abstract class EventsSettings {
  abstract readonly forwardTo: EmitterClass | undefined;
  abstract readonly alerts: AlertSettings;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Resolves the options, collecting every mistake. */
export function resolveEventsSettings(given: unknown, findings: ConfigurationFindings): EventsSettings {
  return readOptions<EventsOptions, EventsSettings>(given, 'events', findings, (read) =>
    Object.freeze({
      forwardTo: read.function<EmitterClass>('forwardTo'),
      alerts: read.group('alerts', resolveAlerts),
    }),
  );
}

function resolveAlerts(read: OptionReader<AlertOptions>): AlertSettings {
  return Object.freeze({
    failedLogins: read.group('failedLogins', threshold('failures', { count: 20, withinMs: HOUR_MS })),
    credentialStuffing: read.group(
      'credentialStuffing',
      threshold('accounts', { count: 20, withinMs: 10 * MINUTE_MS }),
    ),
    reuse: read.group('reuse', threshold('times', { count: 1, withinMs: HOUR_MS })),
    keyExpiryMs: read.duration('keyExpiry', 7 * DAY_MS, { min: MINUTE_MS }),
  });
}

function threshold<Name extends string>(name: Name, { count, withinMs }: Threshold) {
  return (read: OptionReader<{ readonly [Each in Name | 'within']?: unknown }>): Threshold =>
    Object.freeze({
      count: read.count(name, count),
      withinMs: read.duration('within', withinMs, { min: 1000 }),
    });
}
