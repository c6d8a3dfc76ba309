import type { ExecutionContext } from '@nestjs/common';
import { classLayers, handlerLayers } from '../../context/handler-metadata.js';
import { throttlerMetadata, throttlersNamedOn } from '../../context/nest-internals.js';
import type { RouteNames } from './route-names.js';
import { THROTTLE_COST, type ThrottleCost } from './throttle-cost.decorator.js';
import type { ThrottleStage, ThrottlerPlan, ThrottlerSettings } from '../throttler.settings.js';

/** What the headers say of a limit, whoever calls. */
export interface ToldLimit {
  /** Its item of `RateLimit-Policy`. */
  readonly policy: string;
  /** What its item of `RateLimit` begins with. */
  readonly state: string;
  readonly names: Readonly<Record<'limit' | 'remaining' | 'reset', string>>;
}

/** One limit as it applies to one route. */
export interface RouteLimit extends Omit<ThrottlerPlan, 'by'> {
  /** Who is counted: an address, a user, or the credential that brought the limit along. */
  readonly by: ThrottleStage | 'credential';
  /** Name of the window: that of the throttler, followed by the route's when the route has a limit of its own. */
  readonly window: string;
  readonly cost: Parameters<typeof ThrottleCost>[0];
  /** Makes the key from the tracker, as in `@Throttle({ default: { generateKey } })`. */
  readonly generateKey: ((context: ExecutionContext, tracker: string, name: string) => string) | undefined;
  /** Whether it has no functions that must be asked on each call. */
  readonly isFixed: boolean;
  /** What headers say of it, where it can be asked without asking the host about the call; it counts address or user then. */
  readonly told?: ToldLimit | undefined;
}

/** A limit whose numbers are known. */
export type FixedLimit = RouteLimit & Readonly<Record<'limit' | 'windowMs' | 'blockMs' | 'cost', number>>;

type Controller = ReturnType<ExecutionContext['getClass']>;
type Handler = ReturnType<ExecutionContext['getHandler']>;

/** What the limits of a route depend on besides the route. */
export interface LimitsContext extends Pick<ThrottlerSettings, 'throttlers'> {
  readonly stage: ThrottleStage;
  readonly names: RouteNames;
}

const CREDENTIAL: Omit<ThrottlerPlan, 'by'> = Object.freeze({
  name: 'credential',
  limit: 1,
  windowMs: 1,
  blockMs: 0,
  precision: 'exact',
  dryRun: false,
  skipIf: undefined,
  getTracker: undefined,
});

/** The limit that credentials bring along, as a route counts it; its numbers are in the principal. Nothing where the route skips it. */
export function credentialLimitOfRoute(
  names: RouteNames,
  [controller, handler]: readonly [Controller, Handler],
): readonly RouteLimit[] {
  const metadata = new ThrottleMetadata(controller, handler, names);
  const { name } = CREDENTIAL;
  if (metadata.get('skip', name) === true) return [];
  const route = {
    ...CREDENTIAL,
    by: 'credential',
    window: name,
    cost: metadata.cost,
    generateKey: undefined,
  } as const;
  return [{ ...route, isFixed: isFixed(route) }];
}

/** Which limits of a stage apply to a route, by its decorators. `warn` gets a message for each name that isn't configured. */
export function limitsOfRoute(
  { throttlers, stage, names }: LimitsContext,
  [controller, handler]: readonly [Controller, Handler],
  warn: (message: string) => void,
): readonly RouteLimit[] {
  const known = new Set(throttlers.map(({ name }) => name));
  const named = throttlersNamedOn([handler, controller]);
  const unknown = named.filter((name) => !known.has(name) && name !== CREDENTIAL.name);
  // Nest ignores such a name silently. Without any throttler, limits were switched off on purpose.
  if (known.size > 0 && unknown.length > 0)
    warn(
      `${controller.name}.${handler.name} asks for a throttler that isn't configured, so it isn't limited by it: ${unknown.join(', ')}`,
    );
  const metadata = new ThrottleMetadata(controller, handler, names);
  return throttlers.filter(({ by }) => by === stage).flatMap((plan) => limitOf(plan, metadata));
}

function limitOf(plan: ThrottlerPlan, metadata: ThrottleMetadata): RouteLimit[] {
  const { name } = plan;
  if (metadata.get('skip', name) === true) return [];
  const limit = metadata.get('limit', name);
  const windowMs = metadata.get('ttl', name);
  const blockMs = metadata.get('blockDuration', name);
  const hasOwnLimit = limit !== undefined || windowMs !== undefined || blockMs !== undefined;
  const route = {
    ...plan,
    limit: limit ?? plan.limit,
    windowMs: windowMs ?? plan.windowMs,
    blockMs: blockMs ?? plan.blockMs,
    window: hasOwnLimit ? `${name}.${metadata.route}` : name,
    cost: metadata.cost,
    getTracker: metadata.get('tracker', name) ?? plan.getTracker,
    generateKey: metadata.get('keyGenerator', name),
  };
  if (!isFixed(route)) return [{ ...route, isFixed: false }];
  const { limit: units, windowMs: lengthMs, generateKey } = route as FixedLimit;
  if (generateKey !== undefined) return [{ ...route, isFixed: true }];
  return [{ ...route, isFixed: true, told: toldOf({ throttler: name, limit: units, windowMs: lengthMs }) }];
}

function isFixed(limit: Omit<RouteLimit, 'isFixed'>): boolean {
  const { windowMs, cost, skipIf, getTracker } = limit;
  const atLeastOne = [windowMs, cost].every((value) => Number.isSafeInteger(value) && Number(value) > 0);
  const atLeastZero = [limit.limit, limit.blockMs].every(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  );
  return atLeastOne && atLeastZero && skipIf === undefined && getTracker === undefined;
}

/** What Nest's decorators keep under each key of `throttlerMetadata`. */
interface NestMetadata {
  skip: boolean;
  limit: ThrottlerPlan['limit'];
  ttl: ThrottlerPlan['windowMs'];
  blockDuration: ThrottlerPlan['blockMs'];
  tracker: ThrottlerPlan['getTracker'];
  keyGenerator: RouteLimit['generateKey'];
}

/** What `@Throttle`, `@SkipThrottle` and `@ThrottleCost` left on a route; the method's value replaces the class's. */
class ThrottleMetadata {
  constructor(
    private readonly controller: Controller,
    private readonly handler: Handler,
    private readonly names: RouteNames,
  ) {}

  get route(): string {
    return this.names.nameOf(this.controller, this.handler);
  }

  /** Read where a decorator that wraps the method can't hide it. */
  get cost(): RouteLimit['cost'] {
    const layers = [
      ...handlerLayers(this.controller, this.handler),
      ...classLayers(this.controller).toReversed(),
    ];
    return (
      layers.map((read) => read<RouteLimit['cost']>(THROTTLE_COST)).find((cost) => cost !== undefined) ?? 1
    );
  }

  get<P extends keyof NestMetadata>(property: P, name: string): NestMetadata[P] | undefined {
    return this.read<NestMetadata[P]>(`${throttlerMetadata[property]}${name}`);
  }

  private read<T>(key: string): T | undefined {
    return (Reflect.getMetadata(key, this.handler) ?? Reflect.getMetadata(key, this.controller)) as
      T | undefined;
  }
}

/** What headers say of a limit with these numbers. */
export function toldOf({
  throttler,
  limit,
  windowMs,
}: {
  readonly throttler: string;
  readonly limit: number;
  readonly windowMs: number;
}): ToldLimit {
  // As `@nestjs/throttler` names them: the default throttler without, others with a suffix.
  const suffix = throttler === 'default' ? '' : `-${throttler}`;
  return {
    policy: `"${throttler}";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
    state: `"${throttler}";r=`,
    names: {
      limit: `X-RateLimit-Limit${suffix}`,
      remaining: `X-RateLimit-Remaining${suffix}`,
      reset: `X-RateLimit-Reset${suffix}`,
    },
  };
}
