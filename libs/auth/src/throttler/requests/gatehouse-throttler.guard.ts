import { type ExecutionContext, Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { LRUCache } from 'lru-cache';
import { httpResponseOf, PerRoute, principalOf } from '../../context/call.js';
import { addressOf, type Caller, callerOf } from '../../context/callers/caller.js';
import { clientAddress } from '../../context/callers/client-address.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import type { Principal } from '../../kernel/principal.js';
import { RefusingGuard } from '../../problem-details/refusing.guard.js';
import { LookAhead } from '../look-ahead.js';
import { isLeftToOwnGuard } from './own-guard.js';
import { type ProxyWatch, watchProxies } from './proxy-warnings.js';
import { quotaExceeded } from '../quota-exceeded.js';
import { RefusalReport } from './refusal-report.js';
import {
  credentialLimitOfRoute,
  type LimitsContext,
  limitsOfRoute,
  type RouteLimit,
} from './route-limits.js';
import { RouteNames } from './route-names.js';
import { isAdmitted, NO_HITS, type WindowVerdict } from '../sliding-window/sliding-window.store.js';
import { type ThrottleStage, ThrottlerSettings } from '../throttler.settings.js';
import {
  type DefaultTracker,
  hitsOf,
  type ThrottleHit,
  trackers,
  writeRateLimitHeaders,
} from './throttle-hits.js';
import { warnOfUnknownAddress } from '../unknown-address-warning.js';
import { WindowStores } from '../window-stores.js';

/**
 * Limits requests before authentication: the throttlers that count addresses. Register it before the guard that
 * authenticates and {@link GatehouseUserThrottlerGuard} after it; `AuthModule` does so.
 *
 * It reads Nest's `@Throttle` and `@SkipThrottle` but isn't Nest's `ThrottlerGuard`, whose methods it doesn't have. It has
 * two of its own to override: `shouldSkip` and `getTracker`. Whoever has a subclass of Nest's guard keeps it and gives
 * `ThrottlerModule` our storage: see `createThrottlerStorage` and `SlidingWindowThrottlerStorage`.
 * @example
 * ```ts
 * providers: [...throttlerProviders, { provide: APP_GUARD, useExisting: GatehouseThrottlerGuard }]
 * ```
 */
@Injectable()
export class GatehouseThrottlerGuard extends RefusingGuard {
  /** No parameter of the constructor: hosts have subclasses. @internal */
  @Optional()
  @Inject(LookAhead)
  readonly lookAhead: LookAhead | undefined;
  /** The module for limits alone has none. @internal */
  @Optional()
  @Inject(AuthEvents)
  readonly events: AuthEvents | undefined;
  /** @internal */
  protected readonly stage: ThrottleStage = 'ip';
  private readonly logger = new Logger('Gatehouse');
  private proxyWatch: ProxyWatch = 'any';
  // To read an address costs more than the rest of the guard, and the same clients call again.
  private readonly known = new LRUCache<string, string>({ max: 10_000 });
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #modules: ModulesContainer | undefined;
  private names: RouteNames | undefined;
  private readonly report = new RefusalReport();
  private readonly limits = new PerRoute((controller, handler) =>
    this.isLeftTo([controller, handler])
      ? []
      : limitsOfRoute(this.limitsContext(), [controller, handler], (message) => this.logger.warn(message)),
  );

  /** @internal */
  constructor(
    @Inject(ThrottlerSettings) private readonly settings: ThrottlerSettings,
    @Inject(WindowStores) private readonly windows: WindowStores,
    @Optional() @Inject(ModulesContainer) modules?: ModulesContainer,
  ) {
    super();
    this.#modules = modules;
  }

  /** @throws AuthError `quota_exceeded` when a limit refuses; `store_unavailable` with `onStoreFailure: 'closed'` */
  protected override decide(context: ExecutionContext): boolean | Promise<boolean> {
    const hits = this.foresee(context, principalOf(context));
    if (hits === undefined) return this.decideSlowly(context);
    if (hits.length === 0) return true;
    const verdicts = this.ask(context, hits);
    if (!(verdicts instanceof Promise)) return this.conclude(context, hits, verdicts);
    return verdicts.then((found) => this.conclude(context, hits, found));
  }

  /** Where the host is asked about the call. */
  private async decideSlowly(context: ExecutionContext): Promise<boolean> {
    const principal = principalOf(context);
    const limits = this.limitsOf(context, principal);
    if (limits.length === 0 || (await this.shouldSkip(context))) return true;
    const hits = await hitsOf(limits, { context, principal, trackerOf: this.trackerOf });
    return hits.length === 0 || this.conclude(context, hits, await this.ask(context, hits));
  }

  private ask(context: ExecutionContext, hits: readonly ThrottleHit[]): ReturnType<WindowStores['decide']> {
    const verdicts = this.windows.decide(hits);
    if (verdicts instanceof Promise) this.lookAhead?.beside(verdicts, context);
    return verdicts;
  }

  /**
   * The hits of a call, where nobody has to be asked for them; `undefined` where code of the host decides about them.
   * @internal
   */
  foresee(context: ExecutionContext, principal: Principal | undefined): readonly ThrottleHit[] | undefined {
    const limits = this.limitsOf(context, principal);
    if (limits.length === 0) return NO_HITS;
    if (!this.ownsHooks() || limits.some(({ told }) => told === undefined)) return undefined;
    return hitsOf(limits, { context, principal, trackerOf: this.trackerOf }) as readonly ThrottleHit[];
  }

  /**
   * What follows the verdicts: headers, and a refusal.
   * @throws AuthError `quota_exceeded`
   * @internal
   */
  conclude(
    context: ExecutionContext,
    hits: readonly ThrottleHit[],
    verdicts: readonly WindowVerdict[],
  ): true {
    const response = httpResponseOf(context);
    if (response !== undefined) writeRateLimitHeaders(response, hits, verdicts, this.settings.headers);
    for (const { outcome } of verdicts)
      if (outcome === 'refused') {
        this.refuse(context, hits, verdicts);
        break;
      }
    return true;
  }

  /** Whether no host has overridden them. */
  private ownsHooks(): boolean {
    const { shouldSkip, getTracker } = GatehouseThrottlerGuard.prototype;
    return this.shouldSkip === shouldSkip && this.getTracker === getTracker;
  }

  /** Whether a call isn't limited at all. Override it to exempt calls; `skipIf` does so for one throttler. */
  protected shouldSkip(_context: ExecutionContext): boolean | Promise<boolean> {
    return false;
  }

  /**
   * Who is counted where a throttler has no `getTracker` of its own: the address. `undefined`, as for a caller without an
   * address, skips the throttler. Override it to count something else.
   */
  protected getTracker(
    request: object,
    _context: ExecutionContext,
  ): string | undefined | Promise<string | undefined> {
    const caller = request as Caller;
    const isForwarded = caller.headers?.['x-forwarded-for'] !== undefined;
    if (this.proxyWatch === 'any' || (isForwarded && this.proxyWatch === 'forwarded'))
      this.proxyWatch = watchProxies(caller);
    const ip = addressOf(caller);
    return this.known.get(ip ?? '') ?? this.learn(ip);
  }

  /** @internal */
  protected limitsOf(context: ExecutionContext, _principal: Principal | undefined): readonly RouteLimit[] {
    return this.limits.of(context);
  }

  private learn(ip: string | undefined): string | undefined {
    const address = clientAddress(ip, this.settings.ipv6Prefix);
    if (ip === undefined || address === undefined) {
      warnOfUnknownAddress(this.settings, ip);
      return undefined;
    }
    const tracker = trackers.address(address);
    this.known.set(ip, tracker);
    return tracker;
  }

  /** @internal */
  protected isLeftTo(route: readonly object[]): boolean {
    return isLeftToOwnGuard(this, route, this.#modules);
  }

  private limitsContext(): LimitsContext {
    const { throttlers } = this.settings;
    return { throttlers, stage: this.stage, names: this.routeNames() };
  }

  /** @internal */
  protected routeNames(): RouteNames {
    return (this.names ??= new RouteNames(this.#modules));
  }

  private readonly trackerOf: DefaultTracker = (context, limit, principal) => {
    if (limit.by === 'credential') return principal && trackers.credential(principal);
    const subject = limit.by === 'ip' ? undefined : principal?.subject;
    if (typeof subject === 'string') return trackers.user(subject);
    const request = callerOf(context);
    return request === undefined ? undefined : this.getTracker(request, context);
  };

  /** @throws AuthError `quota_exceeded`, unless only dry runs refused */
  private refuse(
    context: ExecutionContext,
    hits: readonly ThrottleHit[],
    verdicts: readonly WindowVerdict[],
  ): void {
    this.report.lookAt(hits, verdicts);
    if (isAdmitted(hits, verdicts)) return;
    const error = quotaExceeded(hits, verdicts, (hit) => (hit as ThrottleHit).throttler);
    const refused = hits.find((hit, index) => verdicts[index]?.outcome === 'refused' && hit.dryRun !== true);
    this.report.tell(this.events, context, error, refused!);
    throw error;
  }
}

/**
 * Limits requests after authentication: the throttlers that count users (or clients, or else addresses), and the limit of an API
 * key, which is called `credential` in headers and in `@SkipThrottle({ credential: true })`.
 */
@Injectable()
export class GatehouseUserThrottlerGuard extends GatehouseThrottlerGuard {
  /** @internal */
  protected override readonly stage: ThrottleStage = 'user';
  private readonly ofCredential = new PerRoute((controller, handler) =>
    this.isLeftTo([controller, handler])
      ? []
      : credentialLimitOfRoute(this.routeNames(), [controller, handler]),
  );

  /** @internal */
  protected override limitsOf(
    context: ExecutionContext,
    principal: Principal | undefined,
  ): readonly RouteLimit[] {
    const limits = super.limitsOf(context, principal);
    const own = principal?.rateLimit;
    if (own === undefined) return limits;
    return [...limits, ...this.ofCredential.of(context).map((limit) => ({ ...limit, ...own }))];
  }
}
