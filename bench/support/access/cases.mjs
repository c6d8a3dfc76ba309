// The cases of `access.mjs`; what they are made of stands in `stacks.mjs`, which only their processes load.

/** Of an address, and of a user, in a minute: more than the load ever sends, so a 429 would be a mistake. */
export const LIMIT = 1_000_000;

const both = ['fastify', 'express'];

/** `isCold`: each token is shown once. `does` is what a request is asked; `title` who asks. */
export const cases = {
  passport: {
    title: 'passport-jwt RS256, KeyObject',
    does: 'signature',
    platforms: ['fastify'],
  },
  jose: { title: 'a guard of one’s own with jose', does: 'signature, role', platforms: ['fastify'] },
  usual: {
    title: 'usual stack, as in its docs',
    does: 'signature, blacklist, address limit, role',
    platforms: both,
  },
  tuned: {
    title: 'usual stack, KeyObject, auto-pipelining',
    does: 'signature, blacklist, address limit, role',
    platforms: both,
  },
  'better-auth': {
    title: 'better-auth for Nest, sessions in Redis',
    does: 'session, address limit, role',
    platforms: both,
  },
  floor: {
    title: 'the floor: one question to Redis, eight headers',
    does: 'nothing',
    platforms: both,
  },
  memory: {
    title: 'Gatehouse, memory',
    does: 'signature, revocation, address limit, permission',
    platforms: both,
  },
  strict: {
    title: 'Gatehouse, Redis, strict',
    does: 'signature, revocation, address limit, permission',
    platforms: both,
  },
  'strict-both': {
    title: 'Gatehouse, Redis, strict, both limits',
    does: 'signature, revocation, address and user limit, permission',
    platforms: both,
  },
  bounded: {
    title: 'Gatehouse, Redis, maxStaleness 2s',
    does: 'signature, revocation, address limit, permission',
    platforms: both,
  },
  cold: {
    title: 'Gatehouse, Redis, strict, cold tokens',
    does: 'signature, revocation, address limit, permission',
    platforms: both,
    isCold: true,
  },
};
