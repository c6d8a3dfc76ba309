// CommonJS on purpose: Node links all ES modules before the first of them runs, so with `import` a package that isn't
// there would be reported in Node's words, one at a time, and never in ours. Nor could one be loaded when it is needed, and at once.

/** Optional peers that `AuthModule` can't do without; `RbacModule` and the throttler module can. */
const names = ['@nestjs/jwt', '@nestjs/passport', 'passport'] as const;
export type PeerName = (typeof names)[number];

// The names are literals, so that bundlers see them.
const finders: Readonly<Record<PeerName, () => unknown>> = {
  '@nestjs/jwt': () => require('@nestjs/jwt') as unknown,
  '@nestjs/passport': () => require('@nestjs/passport') as unknown,
  passport: () => require('passport') as unknown,
};

/**
 * Stands in for a package that isn't there, so that what builds on it can be imported all the same: each export is a class
 * to extend and a decorator that does nothing. AuthModule refuses to be set up while there is one.
 */
const standIn: unknown = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : standIn),
  apply: () => () => undefined,
});

const loaded = new Map<PeerName, unknown>();

/** What a peer exports, loaded when somebody asks for the first time; one that isn't installed has a stand-in that does nothing. */
export function installedPeer(name: PeerName): unknown {
  if (!loaded.has(name)) loaded.set(name, load(finders[name]));
  return loaded.get(name);
}

function load(find: () => unknown): unknown {
  try {
    return find();
  } catch (error) {
    if (absentPeer(error) === undefined) throw error;
    return standIn;
  }
}

/** Those that aren't installed. Found without loading them: each costs milliseconds, and some apps never need one. */
export function missingPeers(find: (name: string) => unknown = require.resolve): readonly PeerName[] {
  return names.filter((name) => loaded.get(name) === standIn || isAbsent(name, find));
}

function isAbsent(name: PeerName, find: (name: string) => unknown): boolean {
  try {
    find(name);
    return false;
  } catch (error) {
    return absentPeer(error) !== undefined;
  }
}

/** Which peer Node didn't find, the one asked for or one that it needs itself; `undefined` when something else is wrong. */
function absentPeer(error: unknown): PeerName | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, quoted] = /'([^']+)'/.exec(error.message) ?? [];
  return names.find((name) => name === quoted);
}
