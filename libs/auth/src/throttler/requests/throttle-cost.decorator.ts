import type { ExecutionContext } from '@nestjs/common';
import { defineRouteMetadata, routeDecorator } from '../../context/handler-metadata.js';

/** Metadata key of {@link ThrottleCost}; global, so two copies of the package agree. */
export const THROTTLE_COST = Symbol.for('gatehouse:throttle-cost');

/** Units that a call takes, or a function of the call. */
type CallCost = number | ((context: ExecutionContext) => number | Promise<number>);

/**
 * Makes a call take more than one unit of each limit; on a method it replaces what the class says.
 * @example
 * ```ts
 * @ThrottleCost(10)
 * @Get('report')
 * report() {}
 * ```
 */
export const ThrottleCost = (units: CallCost): MethodDecorator & ClassDecorator =>
  routeDecorator((place) => defineRouteMetadata(THROTTLE_COST, units, place));
