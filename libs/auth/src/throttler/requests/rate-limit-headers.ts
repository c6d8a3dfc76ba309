import type { HttpResponse } from '../../context/call.js';
import type { WindowVerdict } from '../sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from '../throttler.settings.js';
import type { ThrottleHit } from './throttle-hits.js';

/** What the headers say of a limit, whoever calls. */
export interface ToldLimit {
  /** Its item of `RateLimit-Policy`. */
  readonly policy: string;
  /** What its item of `RateLimit` begins with. */
  readonly state: string;
  readonly names: Readonly<Record<'limit' | 'remaining' | 'reset', string>>;
}

type ToldNumbers = Pick<ThrottleHit, 'throttler' | 'limit' | 'windowMs'>;

/**
 * Writes `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, structured fields of RFC 8941) and
 * `X-RateLimit-*`. What an earlier guard of the same request wrote stays in the fields. Nothing is told of a dry run, nor of a window
 * that was not decided.
 */
export function writeRateLimitHeaders(
  response: HttpResponse,
  hits: readonly ThrottleHit[],
  verdicts: readonly WindowVerdict[],
  style: ThrottlerSettings['headers'],
): void {
  if (style === 'none') return;
  let policies = '';
  let states = '';
  for (let place = 0; place < hits.length; place++) {
    const [hit, verdict] = [hits[place]!, verdicts[place]!];
    if (hit.dryRun === true || verdict.outcome === 'uncounted') continue;
    const isRefused = verdict.outcome === 'refused';
    const remaining = isRefused ? 0 : Math.max(0, hit.limit - verdict.used);
    const resetSeconds = Math.ceil((isRefused ? verdict.waitMs : verdict.resetMs) / 1000);
    const { policy, state, names } = hit.told ?? toldOf(hit);
    const comma = policies === '' ? '' : ', ';
    policies += comma + policy;
    states += `${comma}${state}${remaining};t=${resetSeconds}`;
    if (style !== 'all') continue;
    response.header(names.limit, hit.limit);
    response.header(names.remaining, remaining);
    response.header(names.reset, resetSeconds);
  }
  if (policies === '') return;
  append(response, 'RateLimit-Policy', policies);
  append(response, 'RateLimit', states);
}

export function toldOf({ throttler, limit, windowMs }: ToldNumbers): ToldLimit {
  // As `@nestjs/throttler` names them: the default throttler without, others with a suffix.
  const suffix = throttler === 'default' ? '' : `-${throttler}`;
  return {
    policy: `"${throttler}";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
    state: `"${throttler}";r=`,
    names: {
      limit: `X-RateLimit-Limit${suffix}`,
      remaining: `X-RateLimit-Remaining${suffix}`,
      reset: `X-RateLimit-Reset${suffix}`,
    },
  };
}

function append(response: HttpResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.header(name, typeof earlier === 'string' ? `${earlier}, ${value}` : value);
}
