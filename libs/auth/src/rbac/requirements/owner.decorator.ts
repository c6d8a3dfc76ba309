import type { ExecutionContext, Type } from '@nestjs/common';
import { ACCESS_OWNER } from '../../context/decorated-route.js';
import { defineRouteMetadata, routeDecorator } from '../../context/handler-metadata.js';
import type { Principal } from '../../kernel/principal.js';

/**
 * Decides whether a call concerns something that belongs to the caller. Hosts provide it as a singleton.
 * @example
 * ```ts
 * @Injectable()
 * class PostOwner extends OwnershipResolver {
 *   constructor(private readonly posts: Posts) { super(); }
 *   async owns(principal: Principal, context: ExecutionContext) {
 *     const { id } = context.switchToHttp().getRequest().params;
 *     return (await this.posts.find(id))?.authorId === principal.subject;
 *   }
 * }
 * ```
 */
export abstract class OwnershipResolver {
  /** Only exactly `true` passes; throwing or anything else denies. */
  abstract owns(principal: Principal, context: ExecutionContext): boolean | Promise<boolean>;
}

/**
 * Lets a holder of `posts:update:own` pass `@Permissions('posts:update')` when the resolver says that the thing is theirs.
 * The resolver runs only for callers who hold the `:own` form alone.
 * @example
 * ```ts
 * @Permissions('posts:update')
 * @Owner(PostOwner)
 * @Patch(':id')
 * update() {}
 * ```
 */
export function Owner(resolver: Type<OwnershipResolver>): MethodDecorator & ClassDecorator {
  if (typeof resolver !== 'function') throw new TypeError('@Owner() needs the class of an OwnershipResolver');
  return routeDecorator((place) => defineRouteMetadata(ACCESS_OWNER, resolver, place));
}
