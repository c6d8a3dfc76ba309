import type { ThrottleHit } from './hit-planner.js';
import type { LimitedResponse } from './limited-call.js';
import type { WindowVerdict } from './sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from './throttler.settings.js';

/** What a client is told about one limit. */
interface Quota {
  readonly throttler: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * Writes `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, structured fields of RFC 8941) and
 * `X-RateLimit-*`. Limits of an earlier guard of the same request stay in the fields.
 */
export function writeRateLimitHeaders(
  response: LimitedResponse,
  hits: readonly ThrottleHit[],
  verdicts: readonly WindowVerdict[],
  style: ThrottlerSettings['headers'],
): void {
  if (style === 'none') return;
  const quotas = hits.flatMap((hit, index) => quotaOf(hit, verdicts[index]!));
  if (quotas.length === 0) return;
  append(response, 'RateLimit-Policy', quotas.map(policyItem).join(', '));
  append(response, 'RateLimit', quotas.map(stateItem).join(', '));
  if (style === 'all') for (const quota of quotas) writeLegacy(response, quota);
}

function policyItem({ throttler, limit, windowSeconds }: Quota): string {
  return `"${throttler}";q=${limit};w=${windowSeconds}`;
}

function stateItem({ throttler, remaining, resetSeconds }: Quota): string {
  return `"${throttler}";r=${remaining};t=${resetSeconds}`;
}

/** As `@nestjs/throttler` names them: the default throttler without, others with a suffix. */
function writeLegacy(response: LimitedResponse, { throttler, limit, remaining, resetSeconds }: Quota): void {
  const suffix = throttler === 'default' ? '' : `-${throttler}`;
  response.header(`X-RateLimit-Limit${suffix}`, limit);
  response.header(`X-RateLimit-Remaining${suffix}`, remaining);
  response.header(`X-RateLimit-Reset${suffix}`, resetSeconds);
}

/** Nothing about a dry run, nor about a window that was not decided. */
function quotaOf(hit: ThrottleHit, verdict: WindowVerdict): Quota[] {
  if (hit.dryRun === true || verdict.outcome === 'spared') return [];
  const isRefused = verdict.outcome === 'refused';
  return [
    {
      throttler: hit.throttler,
      limit: hit.limit,
      windowSeconds: Math.ceil(hit.windowMs / 1000),
      remaining: isRefused ? 0 : Math.max(0, hit.limit - verdict.used),
      resetSeconds: Math.ceil((isRefused ? verdict.waitMs : verdict.resetMs) / 1000),
    },
  ];
}

function append(response: LimitedResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.header(name, typeof earlier === 'string' ? `${earlier}, ${value}` : value);
}
