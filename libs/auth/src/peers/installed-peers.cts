// CommonJS on purpose: Node links all ES modules before the first of them runs, so with `import` a package that isn't
// there would be reported in Node's words, one at a time, and never in ours.

/** Optional peers that `AuthModule` can't do without; `RbacModule` and the throttler module can. */
const names = [
  '@nestjs/jwt',
  '@nestjs/passport',
  'class-transformer',
  'class-validator',
  'passport',
] as const;
export type PeerName = (typeof names)[number];

const missing = new Set<PeerName>();

/**
 * Stands in for a package that isn't there, so that what builds on it can be imported all the same: each export is a class
 * to extend and a decorator that does nothing. AuthModule refuses to be set up while there is one.
 */
const standIn: unknown = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : standIn),
  apply: () => () => undefined,
});

function load(find: () => unknown): unknown {
  try {
    return find();
  } catch (error) {
    const name = absentPeer(error);
    if (name === undefined) throw error;
    missing.add(name);
    return standIn;
  }
}

/** Which peer Node didn't find, the one asked for or one that it needs itself; `undefined` when something else is wrong. */
function absentPeer(error: unknown): PeerName | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, quoted] = /'([^']+)'/.exec(error.message) ?? [];
  return names.find((name) => name === quoted);
}

/** What each of them exports. The names are literals, so that bundlers see them. */
export const installedPeers: Readonly<Record<PeerName, unknown>> = {
  '@nestjs/jwt': load(() => require('@nestjs/jwt') as unknown),
  '@nestjs/passport': load(() => require('@nestjs/passport') as unknown),
  'class-transformer': load(() => require('class-transformer') as unknown),
  'class-validator': load(() => require('class-validator') as unknown),
  passport: load(() => require('passport') as unknown),
};

/** Those that aren't installed. */
export const missingPeers: readonly PeerName[] = [...missing];
