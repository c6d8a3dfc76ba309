import { AsyncLocalStorage } from 'node:async_hooks';

const reviews = new AsyncLocalStorage<true>();

/**
 * Boots an app for a review of its routes, and nothing else: what boots inside opens no Redis, reads and makes no secret and no key, and
 * hears no signals. Bound to this one call, so no app beside it is touched.
 */
export function duringReview<T>(boot: () => Promise<T>): Promise<T> {
  return reviews.run(true, boot);
}

/** Whether what runs now is booted for a review. */
export function isReview(): boolean {
  return reviews.getStore() === true;
}
