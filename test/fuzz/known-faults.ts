import type { Platform } from '../support/app/start-app.js';

/**
 * Kinds that something of ours, or of a platform, gets wrong today, each with what happens. The barrage of that platform
 * expects them to go wrong: whoever mends one deletes its line.
 */
export const KNOWN_FAULTS: Readonly<Record<Platform, Readonly<Record<string, string>>>> = {
  express: {
    'targets that are no URL': 'Express refuses them with HTML, beside the filters',
  },
  fastify: {
    'path parameters too long': 'Fastify refuses them with its own JSON, beside the filters',
    'path parameters with broken escapes': 'Fastify refuses them with its own JSON, beside the filters',
    'targets that are no URL': 'Fastify refuses them with its own JSON, beside the filters',
  },
};
