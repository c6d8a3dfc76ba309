import type { HttpResponse } from '../../context/call.js';
import type { WindowVerdict } from '../sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from '../throttler.settings.js';
import type { ThrottleHit } from './throttle-hits.js';

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
    const comma = policies === '' ? '' : ', ';
    policies += `${comma}"${hit.throttler}";q=${hit.limit};w=${Math.ceil(hit.windowMs / 1000)}`;
    states += `${comma}"${hit.throttler}";r=${remaining};t=${resetSeconds}`;
    if (style === 'all') writeLegacy(response, hit, remaining, resetSeconds);
  }
  if (policies === '') return;
  append(response, 'RateLimit-Policy', policies);
  append(response, 'RateLimit', states);
}

/** As `@nestjs/throttler` names them: the default throttler without, others with a suffix. */
function writeLegacy(
  response: HttpResponse,
  { throttler, limit }: ThrottleHit,
  remaining: number,
  resetSeconds: number,
): void {
  const suffix = throttler === 'default' ? '' : `-${throttler}`;
  response.header(`X-RateLimit-Limit${suffix}`, limit);
  response.header(`X-RateLimit-Remaining${suffix}`, remaining);
  response.header(`X-RateLimit-Reset${suffix}`, resetSeconds);
}

function append(response: HttpResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.header(name, typeof earlier === 'string' ? `${earlier}, ${value}` : value);
}
