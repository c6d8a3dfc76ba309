import { type ExecutionContext, SetMetadata } from '@nestjs/common';

/** Metadata key of {@link ThrottleCost}; global, so two copies of the package agree. */
export const THROTTLE_COST = Symbol.for('gatehouse:throttle-cost');

/** Units a call takes, or a function that tells. */
export type CallCost = number | ((context: ExecutionContext) => number | Promise<number>);

/**
 * Makes a call take more than one unit of each limit.
 * @example
 * ```ts
 * @ThrottleCost(10)
 * @Get('report')
 * report() {}
 * ```
 */
export const ThrottleCost = (units: CallCost): MethodDecorator & ClassDecorator =>
  SetMetadata(THROTTLE_COST, units);
