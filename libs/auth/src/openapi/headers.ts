import { type RouteLimit, toldOf } from '../throttler/requests/route-limits.js';
import type { ThrottlerSettings } from '../throttler/throttler.settings.js';
import { type Components, type Header, kept } from './document.js';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

/** The headers of answers that are told of, each once. */
const known = {
  'WWW-Authenticate': { description: 'What would let the caller in (RFC 9110 §11.6.1).', schema: text },
  'DPoP-Nonce': { description: 'What the next proof needs (RFC 9449 §8).', schema: text },
  'Retry-After': {
    description: 'Seconds after which a retry may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
  RateLimit: {
    description: 'What is left of each limit, and for how long: `"default";r=99;t=60`.',
    schema: text,
  },
  'RateLimit-Policy': { description: 'The limits: `"default";q=100;w=60`.', schema: text },
  'X-RateLimit-Limit': { description: 'Units of the limit.', schema: count },
  'X-RateLimit-Remaining': { description: 'Units that are left.', schema: count },
  'X-RateLimit-Reset': { description: 'Seconds until they are all there again.', schema: count },
  'Set-Cookie': { description: 'The tokens that are kept in cookies.', schema: text },
  'Cache-Control': { description: 'Whether the answer may be kept.', schema: text },
  Pragma: { description: '`no-cache` (RFC 6749 §5.1).', schema: text },
  Link: { description: 'The next page, where there is one (RFC 8288).', schema: text },
  Location: { description: 'Where to go on.', schema: { type: 'string' } },
  ETag: { description: 'Tag of this version (RFC 9110 §8.8.3).', schema: text },
} as const satisfies Record<string, Header>;

/** A header whose meaning is told once for the whole document. */
export type KnownHeader = keyof typeof known;

/** References to headers, which are written into the document with the first of them. */
export function headerRefs(components: Components, names: readonly KnownHeader[]): Record<string, Header> {
  return Object.fromEntries(names.map((name) => [name, refTo(components, name)]));
}

function refTo(components: Components, name: KnownHeader): Header {
  const key = `Gatehouse-${name}`;
  kept((components.headers ??= {}), key, () => structuredClone(known[name]));
  return { $ref: `#/components/headers/${key}` };
}

/** What limits of a route put on its answers. */
export function limitHeaders(
  components: Components,
  limits: readonly RouteLimit[],
  { headers }: Pick<ThrottlerSettings, 'headers'>,
): Record<string, Header> {
  if (headers === 'none' || limits.length === 0) return {};
  const standard = headerRefs(components, ['RateLimit', 'RateLimit-Policy']);
  if (headers === 'standard') return standard;
  // Their names don't depend on the numbers, which may be functions of the host.
  const names = limits.map(({ name }) => toldOf({ throttler: name, limit: 0, windowMs: 0 }).names);
  const own = names.flatMap(({ limit, remaining, reset }) => [
    [limit, refTo(components, 'X-RateLimit-Limit')] as const,
    [remaining, refTo(components, 'X-RateLimit-Remaining')] as const,
    [reset, refTo(components, 'X-RateLimit-Reset')] as const,
  ]);
  return { ...standard, ...Object.fromEntries(own) };
}
