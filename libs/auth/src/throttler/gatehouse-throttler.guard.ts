import { type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard } from '@nestjs/throttler';
import { principalOf } from '../context/principal-accessor.js';
import { clientAddress } from './client-address.js';
import { hitsOf, type ThrottleHit } from './hit-planner.js';
import { type LimitedRequest, requestOf, responseOf } from './limited-call.js';
import { ProxyWarnings } from './proxy-warnings.js';
import { quotaExceeded } from './quota-exceeded.js';
import { writeRateLimitHeaders } from './rate-limit-headers.js';
import { RequestWindowStore } from './request-windows.store.js';
import { type RouteLimit, RoutePlanner } from './route-planner.js';
import { isAdmitted, SlidingWindowStore, type WindowVerdict } from './sliding-window/sliding-window.store.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import { type ThrottleStage, ThrottlerSettings } from './throttler.settings.js';

/**
 * Limits requests before authentication: the throttlers that count addresses. Register it before the guard that
 * authenticates and {@link GatehouseUserThrottlerGuard} after it; `AuthModule` does so.
 * @example
 * ```ts
 * providers: [...throttlerProviders, { provide: APP_GUARD, useExisting: GatehouseThrottlerGuard }]
 * ```
 */
@Injectable()
export class GatehouseThrottlerGuard extends ThrottlerGuard {
  protected readonly stage: ThrottleStage = 'ip';
  protected override logger = new Logger('Gatehouse');
  private readonly planner: RoutePlanner;
  private readonly proxyWarnings = new ProxyWarnings();
  private readonly overpriced = new Set<string>();

  constructor(
    @Inject(ThrottlerSettings) protected readonly settings: ThrottlerSettings,
    @Inject(RequestWindowStore) private readonly windows: SlidingWindowStore,
    @Inject(Reflector) reflector: Reflector,
  ) {
    super({ throttlers: [] }, new SlidingWindowThrottlerStorage(windows), reflector);
    this.planner = new RoutePlanner(settings, reflector);
  }

  /** Nothing to prepare: plans are made when a route is first called. */
  override async onModuleInit(): Promise<void> {}

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (await this.shouldSkip(context)) return true;
    const hits = await this.hitsOf(context);
    if (hits.length === 0) return true;
    this.settle(context, hits, await this.windows.hit(hits));
    return true;
  }

  /** The hits of a call, without asking the store. */
  hitsOf(context: ExecutionContext): readonly ThrottleHit[] | Promise<readonly ThrottleHit[]> {
    const limits = this.planner.planOf(context)[this.stage];
    return limits.length === 0 ? [] : hitsOf(limits, context, this.trackerOf);
  }

  /** Tells the client what the store answered. @throws AuthError `quota_exceeded` when a limit refused */
  settle(context: ExecutionContext, hits: readonly ThrottleHit[], verdicts: readonly WindowVerdict[]): void {
    const response = responseOf(context);
    if (response !== undefined) writeRateLimitHeaders(response, hits, verdicts, this.settings.headers);
    this.report(hits, verdicts);
    if (isAdmitted(hits, verdicts)) return;
    throw quotaExceeded(hits, verdicts, (hit) => (hit as ThrottleHit).throttler);
  }

  /** Who is counted where a throttler has no tracker of its own. Override it to count something else. */
  protected override async getTracker(request: LimitedRequest): Promise<string> {
    return this.addressOf(request);
  }

  private readonly trackerOf = (
    context: ExecutionContext,
    { by }: RouteLimit,
  ): string | undefined | Promise<string> => {
    const subject = by === 'user' ? principalOf(context)?.subject : undefined;
    if (typeof subject === 'string') return `user:${subject}`;
    const request = requestOf(context);
    if (request === undefined) return undefined;
    return this.isOwnTracker ? this.getTracker(request) : this.addressOf(request);
  };

  private get isOwnTracker(): boolean {
    return this.getTracker !== GatehouseThrottlerGuard.prototype.getTracker;
  }

  private addressOf(request: LimitedRequest): string {
    this.proxyWarnings.check(request);
    return `ip:${clientAddress(request.ip, this.settings.ipv6Prefix)}`;
  }

  private report(hits: readonly ThrottleHit[], verdicts: readonly WindowVerdict[]): void {
    verdicts.forEach(({ outcome }, index) => {
      if (outcome !== 'refused') return;
      const { throttler, dryRun, cost, limit, name } = hits[index]!;
      if (dryRun === true)
        this.logger.debug(`The throttler "${throttler}" would have refused a call (dry run)`);
      if (cost <= limit || limit === 0 || this.overpriced.has(name)) return;
      this.overpriced.add(name);
      this.logger.warn(
        `A call costs ${cost} of the throttler "${throttler}", whose limit is ${limit}: it never passes`,
      );
    });
  }
}

/** Limits requests after authentication: the throttlers that count users (or clients, or else addresses). */
@Injectable()
export class GatehouseUserThrottlerGuard extends GatehouseThrottlerGuard {
  protected override readonly stage: ThrottleStage = 'user';
}
