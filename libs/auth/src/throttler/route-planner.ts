import { type ExecutionContext, Logger, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { digest } from '../kernel/opaque.js';
import { type CallCost, THROTTLE_COST } from './throttle-cost.decorator.js';
import type { ThrottleStage, ThrottlerPlan, ThrottlerSettings } from './throttler.settings.js';

/** One limit as it applies to one route. */
export interface RouteLimit extends ThrottlerPlan {
  /** Name of the window: that of the throttler, followed by the route's when the route has a limit of its own. */
  readonly window: string;
  readonly cost: CallCost;
  /** Makes the key from the tracker, as in `@Throttle({ default: { generateKey } })`. */
  readonly generateKey: ((context: ExecutionContext, tracker: string, name: string) => string) | undefined;
  /** Whether nothing of it has to be asked for on each call. */
  readonly isFixed: boolean;
}

/** A limit whose numbers are known. */
export type FixedLimit = RouteLimit & Readonly<Record<'limit' | 'windowMs' | 'blockMs' | 'cost', number>>;

/** The limits of one route by stage. */
export type RoutePlan = Readonly<Record<ThrottleStage, readonly RouteLimit[]>>;

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Works out, once for each handler, which limits apply to it: decorators are never read on a request. */
export class RoutePlanner {
  private readonly logger = new Logger('Gatehouse');
  private readonly plans = new WeakMap<Type, Map<Handler, RoutePlan>>();

  constructor(
    private readonly settings: ThrottlerSettings,
    private readonly reflector: Reflector,
  ) {}

  planOf(context: ExecutionContext): RoutePlan {
    const controller = context.getClass();
    const handler = context.getHandler();
    const ofController = this.plans.get(controller) ?? new Map<Handler, RoutePlan>();
    this.plans.set(controller, ofController);
    const known = ofController.get(handler);
    if (known !== undefined) return known;
    const plan = this.resolve(controller, handler);
    ofController.set(handler, plan);
    return plan;
  }

  private resolve(controller: Type, handler: Handler): RoutePlan {
    const metadata = new ThrottleMetadata(this.reflector, controller, handler);
    const known = new Set(this.settings.throttlers.map(({ name }) => name));
    const unknown = metadata.namesOfOwnLimits.filter((name) => !known.has(name));
    // Nest ignores such a name without a word; with no throttlers at all, limits were switched off on purpose.
    if (known.size > 0 && unknown.length > 0)
      this.logger.warn(
        `${controller.name}.${handler.name} asks for a throttler that isn't configured, so it isn't limited by it: ${unknown.join(', ')}`,
      );
    const limits = this.settings.throttlers.flatMap((plan) => limitOf(plan, metadata));
    return {
      ip: limits.filter(({ by }) => by === 'ip'),
      user: limits.filter(({ by }) => by === 'user'),
    };
  }
}

function limitOf(plan: ThrottlerPlan, metadata: ThrottleMetadata): RouteLimit[] {
  const { name } = plan;
  if (metadata.get('SKIP', name) === true) return [];
  const limit = metadata.get('LIMIT', name);
  const windowMs = metadata.get('TTL', name);
  const blockMs = metadata.get('BLOCK_DURATION', name);
  const hasOwnLimit = limit !== undefined || windowMs !== undefined || blockMs !== undefined;
  const route = {
    ...plan,
    limit: limit ?? plan.limit,
    windowMs: windowMs ?? plan.windowMs,
    blockMs: blockMs ?? plan.blockMs,
    window: hasOwnLimit ? `${name}.${metadata.route}` : name,
    cost: metadata.cost,
    getTracker: metadata.get('TRACKER', name) ?? plan.getTracker,
    generateKey: metadata.get('KEY_GENERATOR', name),
  };
  return [{ ...route, isFixed: isFixed(route) }];
}

function isFixed(limit: Omit<RouteLimit, 'isFixed'>): boolean {
  const { windowMs, cost, skipIf, getTracker } = limit;
  const atLeastOne = [windowMs, cost].every((value) => Number.isSafeInteger(value) && Number(value) > 0);
  const atLeastZero = [limit.limit, limit.blockMs].every(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  );
  return atLeastOne && atLeastZero && skipIf === undefined && getTracker === undefined;
}

/** Values by the part of their metadata key that follows `THROTTLER:`. */
interface NestMetadata {
  SKIP: boolean;
  LIMIT: ThrottlerPlan['limit'];
  TTL: ThrottlerPlan['windowMs'];
  BLOCK_DURATION: ThrottlerPlan['blockMs'];
  TRACKER: ThrottlerPlan['getTracker'];
  KEY_GENERATOR: RouteLimit['generateKey'];
}

/** What `@Throttle`, `@SkipThrottle` and `@ThrottleCost` left on a route; the method's word beats the class's. */
class ThrottleMetadata {
  constructor(
    private readonly reflector: Reflector,
    private readonly controller: Type,
    private readonly handler: Handler,
  ) {}

  /** Names the route the same way in every process. */
  get route(): string {
    const paths = [this.controller, this.handler].map((target): unknown =>
      Reflect.getMetadata('path', target),
    );
    return digest(JSON.stringify([this.controller.name, this.handler.name, ...paths]), 9);
  }

  /** The names `@Throttle` gives a limit to. */
  get namesOfOwnLimits(): string[] {
    const keys: unknown[] = this.targets.flatMap((target): unknown[] => Reflect.getMetadataKeys(target));
    const names = keys.flatMap((key) =>
      typeof key === 'string' ? (/^THROTTLER:LIMIT(.*)$/s.exec(key)?.[1] ?? []) : [],
    );
    return [...new Set(names)];
  }

  get cost(): CallCost {
    return this.reflector.getAllAndOverride<CallCost | undefined>(THROTTLE_COST, this.targets) ?? 1;
  }

  /** The keys are those of `@nestjs/throttler`, which doesn't export them. */
  get<P extends keyof NestMetadata>(property: P, name: string): NestMetadata[P] | undefined {
    return this.reflector.getAllAndOverride<NestMetadata[P] | undefined>(
      `THROTTLER:${property}${name}`,
      this.targets,
    );
  }

  private get targets(): [Handler, Type] {
    return [this.handler, this.controller];
  }
}
