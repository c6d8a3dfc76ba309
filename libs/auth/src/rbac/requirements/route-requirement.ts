import type { Type } from '@nestjs/common';
import { classLayers, handlerLayers } from '../../context/handler-metadata.js';
import type { RouteAuthentication } from '../../context/route-authentication.decorators.js';
import { type AccessClause, type RouteLayer, routeLayers } from '../../context/route-layers.js';
import type { CombineMode } from '../rbac.settings.js';
import { ACCESS_OWNER, type OwnershipResolver } from './owner.decorator.js';

/** Everything the decorators of a route ask for. */
export interface RouteRequirement {
  /** As decorated; `undefined` when nothing says so. */
  readonly authentication: RouteAuthentication | undefined;
  /** All must hold. */
  readonly clauses: readonly AccessClause[];
  readonly owner: Type<OwnershipResolver> | undefined;
  /** Requirements of outer layers that a marker or an override of an inner one replaced. */
  readonly replaced: readonly AccessClause[];
}

/** Reads what a handler of a class requires; outer layers first, each narrowing the one before. */
export function routeRequirement(type: object, handler: object, combine: CombineMode): RouteRequirement {
  let authentication: RouteAuthentication | undefined;
  let clauses: readonly AccessClause[] = [];
  const replaced: AccessClause[] = [];
  for (const layer of routeLayers(type, handler)) {
    const kept = clauses.filter((clause) => !replaces(layer, clause, combine));
    replaced.push(...clauses.filter((clause) => !kept.includes(clause)));
    clauses = [...kept, ...layer.clauses];
    if (layer.authentication !== undefined) authentication = layer.authentication;
    else if (layer.clauses.length > 0) authentication = 'required';
  }
  return { authentication, clauses, owner: ownerOf(type, handler), replaced };
}

function replaces(layer: RouteLayer, outer: AccessClause, combine: CombineMode): boolean {
  if (layer.authentication !== undefined) return true;
  return layer.clauses.some(
    ({ kind, override }) => kind === outer.kind && (override || combine === 'override'),
  );
}

function ownerOf(type: object, handler: object): Type<OwnershipResolver> | undefined {
  for (const read of [...handlerLayers(type, handler), ...classLayers(type).toReversed()]) {
    const owner = read<Type<OwnershipResolver>>(ACCESS_OWNER);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
