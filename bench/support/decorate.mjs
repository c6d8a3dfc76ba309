/** Applies decorators without a compiler: to a class, or to one method of it. */
export function decorate(target, decorators, key) {
  for (const decorator of decorators) {
    if (key === undefined) decorator(target);
    else decorator(target.prototype, key, Object.getOwnPropertyDescriptor(target.prototype, key));
  }
  return target;
}
