const OWN = Symbol.for('gatehouse:own-mount');

/** Marks the path of a route that this library mounts beside Nest: the route audit looks for what the host mounts. */
export function ownMount(path: RegExp): RegExp {
  return Object.defineProperty(path, OWN, { value: true });
}

/** Whether {@link ownMount} was called for this path. */
export function isOwnMount(path: RegExp): boolean {
  return OWN in path;
}
