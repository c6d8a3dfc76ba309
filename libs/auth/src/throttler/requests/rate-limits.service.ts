import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type Duration, parseDuration } from '../../kernel/duration.js';
import { requiredAddress } from '../../context/callers/client-address.js';
import type { SlidingWindowStore, WindowId, WindowView } from '../sliding-window/sliding-window.store.js';
import { type ThrottlerPlan, ThrottlerSettings } from '../throttler.settings.js';
import { WindowStores } from '../window-stores.js';
import { RouteNames } from './route-names.js';
import { ownWindowsOf, type RouteWindow } from './route-windows.js';
import { trackers } from './throttle-hits.js';

// For limits whose window is a function of the call: a unit that counts is hardly ever older.
const DAY_MS = 86_400_000;

/** Who is limited, as the guards count: an address, the subject of a principal, or what the host's `getTracker` answers. */
type LimitedClient = { readonly ip: string } | { readonly user: string } | { readonly tracker: string };

/** What of a limit a client has used. */
type LimitUse = {
  /** Units that count now. */
  readonly used: number;
  /** How long the client is still blocked; 0 when it isn't. */
  readonly blockedMs: number;
};

/** The same, and on which routes. */
type LimitView = LimitUse & {
  /** Routes with a limit of their own on which the client has used something, as `Controller.handler`. */
  readonly routes: readonly (LimitUse & { readonly route: string })[];
};

/** Milliseconds or a number, unless the host is asked at each call. */
type Amount = number | ((...call: never[]) => unknown);

/** The limits in force. */
type LimitsInForce = {
  readonly throttlers: readonly (Readonly<Record<'limit' | 'windowMs' | 'blockMs', Amount>> & {
    readonly name: string;
    readonly by: 'ip' | 'user';
    readonly dryRun: boolean;
  })[];
  /** Budgets of failed logins. */
  readonly credentials: Readonly<
    Record<
      'perAccountAndAddress' | 'perAddress' | 'perAccount',
      readonly { readonly failures: number; readonly withinMs: number }[]
    >
  >;
};

/**
 * For operators: looks at the limits of one client, blocks and releases it. It acts on what decides: on the store, the
 * memory of refusals and what is counted in this process during an outage, on the limit across routes and on those of
 * single routes. Other instances notice within a second. Routes with a `generateKey` are out of reach.
 * @example
 * ```ts
 * await rateLimits.reset('default', { ip: '192.0.2.7' });
 * ```
 */
@Injectable()
export class RateLimits {
  private readonly names: RouteNames;
  private readonly routes = new Map<ThrottlerPlan, readonly RouteWindow[]>();

  /** @internal */
  constructor(
    @Inject(ThrottlerSettings) private readonly settings: ThrottlerSettings,
    @Inject(WindowStores) private readonly stores: WindowStores,
    @Optional() @Inject(ModulesContainer) modules?: ModulesContainer,
  ) {
    this.names = new RouteNames(modules);
  }

  /** The limits in force, defaults included. */
  get inForce(): LimitsInForce {
    return this.settings;
  }

  /** What a client has used of a limit. @throws AuthError `store_unavailable` @throws TypeError there is no such throttler or address */
  async peek(throttler: string, client: LimitedClient): Promise<LimitView> {
    const plan = this.planOf(throttler);
    const key = this.keyOf(client);
    const look = (window: string, windowMs: unknown): Promise<WindowView> =>
      this.windows.peek(idOf(plan, window, key), typeof windowMs === 'number' ? windowMs : DAY_MS);
    const [shared, ...ofRoutes] = await Promise.all([
      look(plan.name, plan.windowMs),
      ...this.routesOf(plan).map(async ({ route, window, windowMs }) => ({
        route,
        ...(await look(window, windowMs)),
      })),
    ]);
    return { ...shared, routes: ofRoutes.filter(({ used, blockedMs }) => used > 0 || blockedMs > 0) };
  }

  /** Refuses a client everything under a limit for a while. @throws AuthError `store_unavailable` @throws TypeError as in {@link peek} */
  async block(throttler: string, client: LimitedClient, duration: Duration): Promise<void> {
    const durationMs = parseDuration(duration);
    if (durationMs === undefined || durationMs < 1)
      throw new TypeError("The duration of a block is milliseconds or text such as '15m'");
    await this.each(throttler, client, (id) => this.windows.block(id, durationMs));
  }

  /** Releases a client: forgets what it has used of a limit, and its block. @throws AuthError `store_unavailable` @throws TypeError as in {@link peek} */
  async reset(throttler: string, client: LimitedClient): Promise<void> {
    await this.each(throttler, client, (id) => this.windows.reset(id));
  }

  private get windows(): SlidingWindowStore {
    return this.stores.requests;
  }

  private async each(
    throttler: string,
    client: LimitedClient,
    act: (id: WindowId) => Promise<void>,
  ): Promise<void> {
    const plan = this.planOf(throttler);
    const key = this.keyOf(client);
    const windows = [plan.name, ...this.routesOf(plan).map(({ window }) => window)];
    await Promise.all(windows.map((window) => act(idOf(plan, window, key))));
  }

  private routesOf(plan: ThrottlerPlan): readonly RouteWindow[] {
    // Looking at every method of every class takes tens of milliseconds, and finds the same each time.
    const known = this.routes.get(plan) ?? ownWindowsOf(plan, this.names);
    this.routes.set(plan, known);
    return known;
  }

  private planOf(throttler: string): ThrottlerPlan {
    const plan = this.settings.throttlers.find(({ name }) => name === throttler);
    if (plan !== undefined) return plan;
    const names = this.settings.throttlers.map(({ name }) => name);
    throw new TypeError(`There is no throttler "${throttler}"; there are: ${names.join(', ') || 'none'}`);
  }

  private keyOf(client: LimitedClient): string {
    if ('user' in client) return trackers.user(client.user);
    if ('tracker' in client) return trackers.own(client.tracker);
    return trackers.address(requiredAddress(client.ip, this.settings.ipv6Prefix));
  }
}

function idOf({ precision }: ThrottlerPlan, name: string, key: string): WindowId {
  return { name, key, precision };
}
