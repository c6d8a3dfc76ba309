import type { ExecutionContext } from '@nestjs/common';
import type { PerCall } from '../throttler.settings.js';
import type { FixedLimit, RouteLimit } from './route-limits.js';

/**
 * A limit whose numbers are functions, as it is for one call; `undefined` where the call isn't counted.
 * @throws RangeError a function of the host answered something that is no such number
 */
export async function fixedFor(
  limit: RouteLimit,
  context: ExecutionContext,
): Promise<FixedLimit | undefined> {
  if ((await limit.skipIf?.(context)) === true) return undefined;
  const [units, windowMs, blockMs, cost] = await Promise.all([
    valueOf(limit, 'limit', context),
    valueOf(limit, 'windowMs', context),
    valueOf(limit, 'blockMs', context),
    valueOf(limit, 'cost', context),
  ]);
  return { ...limit, limit: units, windowMs, blockMs, cost };
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
