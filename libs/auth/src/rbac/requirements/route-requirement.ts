import type { Type } from '@nestjs/common';
import { ACCESS_OWNER } from '../../context/decorated-route.js';
import { classLayers, methodLayers } from '../../context/handler-metadata.js';
import { type ComposedRoute, composeRoute } from '../../context/route-layers.js';
import type { OwnershipResolver } from './owner.decorator.js';

/** Everything the decorators of a route ask for. */
export interface RouteRequirement extends ComposedRoute {
  readonly owner: Type<OwnershipResolver> | undefined;
}

/** Reads what a handler of a class requires. */
export function routeRequirement(type: object, handler: object): RouteRequirement {
  return { ...composeRoute(type, handler), owner: ownerOf(type, handler) };
}

/** The nearest one; a class that derives from the one a method was written in is nearer than that method. */
function ownerOf(type: object, handler: object): Type<OwnershipResolver> | undefined {
  const classes = classLayers(type).toReversed();
  const layers = [
    ...methodLayers(type, handler, [ACCESS_OWNER]),
    ...classes.map((read, distance) => ({ read, distance })),
  ];
  // Sorting keeps the order of what is equally far away: the method before its class.
  return layers
    .toSorted((one, other) => one.distance - other.distance)
    .map(({ read }) => read<Type<OwnershipResolver>>(ACCESS_OWNER))
    .find((owner) => owner !== undefined);
}
