import type { ExecutionContext } from '@nestjs/common';
import { carrierOf } from '../context/principal-accessor.js';
import type { FixedLimit, RouteLimit } from './route-planner.js';
import type { WindowHit } from './sliding-window/sliding-window.store.js';
import type { PerCall } from './throttler.settings.js';

/** A hit with the name its throttler has for clients. */
export interface ThrottleHit extends WindowHit {
  readonly throttler: string;
}

/** Who is counted where the throttler has no tracker of its own; `undefined` skips it. */
export type DefaultTracker = (
  context: ExecutionContext,
  limit: RouteLimit,
) => string | undefined | Promise<string | undefined>;

/**
 * The hits of one call. No promise is made unless a limit of the route is a function: the answer is known at once on
 * the way most requests take.
 */
export function hitsOf(
  limits: readonly RouteLimit[],
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): readonly ThrottleHit[] | Promise<readonly ThrottleHit[]> {
  const made = limits.map((limit) => hitOf(limit, context, trackerOf));
  const ready = made.filter((each): each is ThrottleHit | undefined => !(each instanceof Promise));
  return ready.length === made.length ? present(ready) : allOf(made);
}

async function allOf(
  made: readonly (ThrottleHit | undefined | Promise<ThrottleHit | undefined>)[],
): Promise<readonly ThrottleHit[]> {
  return present(await Promise.all(made.map(async (each) => each)));
}

function hitOf(
  limit: RouteLimit,
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): ThrottleHit | undefined | Promise<ThrottleHit | undefined> {
  if (!limit.isFixed) return resolvedHit(limit, context, trackerOf);
  const tracker = trackerOf(context, limit);
  if (tracker instanceof Promise)
    return tracker.then((found) => fixedHit(limit as FixedLimit, context, found));
  return fixedHit(limit as FixedLimit, context, tracker);
}

async function resolvedHit(
  limit: RouteLimit,
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): Promise<ThrottleHit | undefined> {
  if ((await limit.skipIf?.(context)) === true) return undefined;
  const [units, windowMs, blockMs, cost] = await Promise.all([
    valueOf(limit, 'limit', context),
    valueOf(limit, 'windowMs', context),
    valueOf(limit, 'blockMs', context),
    valueOf(limit, 'cost', context),
  ]);
  const carrier = (carrierOf(context) ?? {}) as Record<string, unknown>;
  const own = limit.getTracker?.(carrier, context);
  const tracker = await (limit.getTracker === undefined ? trackerOf(context, limit) : own);
  return fixedHit({ ...limit, limit: units, windowMs, blockMs, cost }, context, tracker, own !== undefined);
}

function fixedHit(
  limit: FixedLimit,
  context: ExecutionContext,
  tracker: string | undefined,
  own = false,
): ThrottleHit | undefined {
  if (tracker === undefined) return undefined;
  // A tracker of the host can't collide with, or be mistaken for, an address or a subject.
  const key = limit.generateKey?.(context, tracker, limit.name) ?? (own ? `own:${tracker}` : tracker);
  return {
    throttler: limit.name,
    name: limit.window,
    key,
    precision: limit.precision,
    limit: limit.limit,
    windowMs: limit.windowMs,
    blockMs: limit.blockMs,
    cost: limit.cost,
    dryRun: limit.dryRun,
  };
}

async function valueOf(
  limit: RouteLimit,
  property: 'limit' | 'windowMs' | 'blockMs' | 'cost',
  context: ExecutionContext,
): Promise<number> {
  const value: PerCall<unknown> = limit[property];
  const found = Math.floor(Number(typeof value === 'function' ? await value(context) : value));
  const min = property === 'windowMs' || property === 'cost' ? 1 : 0;
  if (Number.isSafeInteger(found) && found >= min) return found;
  throw new RangeError(
    `The throttler "${limit.name}" has no usable ${property}: expected a number from ${min}`,
  );
}

function present(hits: readonly (ThrottleHit | undefined)[]): readonly ThrottleHit[] {
  return hits.every((hit) => hit !== undefined) ? hits : hits.filter((hit) => hit !== undefined);
}
