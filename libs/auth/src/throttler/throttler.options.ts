import type { ExecutionContext } from '@nestjs/common';
import type { Duration } from '../kernel/duration.js';
import type { RedisOptions } from '../redis/redis.options.js';

/** A value, or a function of the call (the limit of the caller's plan, say); numbers of a function are milliseconds. */
type PerCall<T> = T | ((context: ExecutionContext) => number | Promise<number>);

/** Finds who is being counted; `undefined` skips the throttler for this call. */
type TrackerOf = (
  request: Record<string, unknown>,
  context: ExecutionContext,
) => string | undefined | Promise<string | undefined>;

/** One named limit. */
type ThrottlerOptions = {
  /** Name in `@Throttle`, `@SkipThrottle` and the headers. @default 'default' */
  readonly name?: string;
  /** Requests in any interval of length `ttl`. */
  readonly limit: PerCall<number>;
  /** Length of the sliding window. */
  readonly ttl: PerCall<Duration>;
  /**
   * A refused client stays refused this long, and then starts afresh, even before the window would have had room; 0 lets it
   * in as soon as the window has room. @default 0
   */
  readonly blockDuration?: PerCall<Duration>;
  /**
   * What is counted: addresses before authentication, or subjects after it (and addresses where nobody is authenticated).
   * @default 'ip'
   */
  readonly by?: 'ip' | 'user';
  /** `bounded` keeps 12 counters instead of each instant: for limits in the thousands. @default 'exact' */
  readonly precision?: 'exact' | 'bounded';
  /** Counts, logs and sets headers, but refuses nobody. @default false */
  readonly dryRun?: boolean;
  /** Calls for which this answers true (a promise is awaited) aren't counted. */
  readonly skipIf?: (context: ExecutionContext) => boolean | Promise<boolean>;
  /** Who is being counted, instead of what `by` says; needed for WebSocket and RPC. Never trust what a client can choose. */
  readonly getTracker?: TrackerOf;
  /** Why, for whoever reads it; a limit of 0 needs one, since it refuses every call. */
  readonly reason?: string;
};

/** So many failures in any interval of this length; the next attempt waits until one of them has left it. */
type FailureBudgetOptions = {
  readonly failures: number;
  readonly within: Duration;
};

/**
 * Budgets of failed credentials. Several budgets over longer and longer intervals make the delay grow: whoever uses up
 * the first waits a minute, whoever goes on waits longer. Nobody is ever locked out for good.
 */
type CredentialThrottleOptions = {
  /** Failures on one account from one address. @default 5 in 1m, 10 in 10m, 20 in 1h */
  readonly perAccountAndAddress?: readonly FailureBudgetOptions[];
  /** Failures from one address, on whatever accounts. @default 30 in 1m, 100 in 1h */
  readonly perAddress?: readonly FailureBudgetOptions[];
  /**
   * Failures on one account from addresses that never logged in to it; addresses that did aren't affected, so that
   * guessing from many machines doesn't shut the owner out there. `false`: no such budget, where owners at new addresses
   * must never wait and passwords withstand guessing from many machines.
   * @default 100 in 1h
   */
  readonly perAccount?: readonly FailureBudgetOptions[] | false;
  /** How long an address that logged in to an account is remembered as known to it, by its exact name. @default '30d' */
  readonly knownAddressTtl?: Duration;
};

/** Options of the rate limits. */
export interface ThrottlerModuleOptions {
  /** Named limits, at most 50. @default one, `default`: 100 requests per address in 60 s, across all routes */
  readonly throttlers?: readonly ThrottlerOptions[];
  /** While the shared store is down: count in process, `open` (no limit) or `closed` (503). @default 'memory' */
  readonly onStoreFailure?: 'memory' | 'open' | 'closed';
  /**
   * How many processes share the limits, or a function that answers it: while the shared store is down each holds its share of
   * a limit, rounded down, at least one call. Otherwise each holds the whole. @default 1
   */
  readonly instances?: number | (() => number);
  /** Remember refusals in process, for a second at most, so that a flood hardly reaches the store. @default true */
  readonly denyCache?: boolean;
  /** `RateLimit` and `RateLimit-Policy`, with or without `X-RateLimit-*`, or none. @default 'all' */
  readonly headers?: 'all' | 'standard' | 'none';
  /** Leading bits of an IPv6 address that make one client; providers hand out a /64 or more to each. @default 64 */
  readonly ipv6Prefix?: number;
  /** Budgets of failed logins. */
  readonly credentials?: CredentialThrottleOptions;
}

/** Options of `GatehouseThrottlerModule`; exactly one of `redis` and `memory` says where windows are kept. */
export interface GatehouseThrottlerModuleOptions extends ThrottlerModuleOptions {
  /**
   * URL of a Redis (`redis://`, `redis+cluster://`, `redis+sentinel://`), an ioredis client, which stays yours, or either
   * with further options, as `AuthModule` takes them.
   */
  readonly redis?: RedisOptions;
  /** This process alone. */
  readonly memory?:
    | true
    | {
        /**
         * Windows held at once, of requests, logins and failed credentials each. Beyond it the window of requests that has
         * most room is forgotten, or of logins the oldest; of failures none is, and new ones are refused (503). @default 100000
         */
        readonly maxWindows?: number;
      };
}
