import type { ExecutionContext } from '@nestjs/common';
import { type HttpResponse, requestOf } from '../../context/call.js';
import { credentialNameOf, type Principal } from '../../kernel/principal.js';
import type { WindowHit, WindowVerdict } from '../sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from '../throttler.settings.js';
import { fixedFor } from './per-call-limits.js';
import type { FixedLimit, RouteLimit } from './route-limits.js';

/** A hit with the name its throttler has for clients. */
export interface ThrottleHit extends WindowHit {
  readonly throttler: string;
}

/** Who is counted where the throttler has no tracker of its own; `undefined` skips it. */
export type DefaultTracker = (
  context: ExecutionContext,
  limit: RouteLimit,
) => string | undefined | Promise<string | undefined>;

/** How the guards name whom they count; the prefixes keep addresses, subjects and trackers of the host apart. */
export const trackers = {
  /** @param address as `clientAddress` writes it */
  address: (address: string): string => `ip:${address}`,
  user: (subject: string): string => `user:${subject}`,
  credential: (principal: Principal): string => `credential:${credentialNameOf(principal)}`,
  own: (tracker: string): string => `own:${tracker}`,
} as const;

/**
 * The hits of one call. The answer is a promise only when a limit of the route is a function or a tracker is
 * asynchronous; for most requests it isn't.
 */
export function hitsOf(
  limits: readonly RouteLimit[],
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): readonly ThrottleHit[] | Promise<readonly ThrottleHit[]> {
  const made = limits.map((limit) => hitOf(limit, context, trackerOf));
  const ready = made.filter((each): each is ThrottleHit | undefined => !(each instanceof Promise));
  return ready.length === made.length
    ? present(ready)
    : Promise.all(made.map(async (each) => each)).then(present);
}

function hitOf(
  limit: RouteLimit,
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): ThrottleHit | undefined | Promise<ThrottleHit | undefined> {
  if (!limit.isFixed) return perCallHit(limit, context, trackerOf);
  const fixed = limit as FixedLimit;
  const tracker = trackerOf(context, limit);
  if (tracker instanceof Promise) return tracker.then((found) => fixedHit(fixed, context, found));
  return fixedHit(fixed, context, tracker);
}

async function perCallHit(
  limit: RouteLimit,
  context: ExecutionContext,
  trackerOf: DefaultTracker,
): Promise<ThrottleHit | undefined> {
  const fixed = await fixedFor(limit, context);
  if (fixed === undefined) return undefined;
  if (limit.getTracker === undefined) return fixedHit(fixed, context, await trackerOf(context, limit));
  const request = (requestOf(context) ?? {}) as Record<string, unknown>;
  const own = await limit.getTracker(request, context);
  return fixedHit(fixed, context, own, trackers.own);
}

/** @param prefixed adds the prefix that a tracker hasn't got yet */
function fixedHit(
  limit: FixedLimit,
  context: ExecutionContext,
  tracker: string | undefined,
  prefixed: (tracker: string) => string = String,
): ThrottleHit | undefined {
  if (tracker === undefined) return undefined;
  return {
    throttler: limit.name,
    name: limit.window,
    key: limit.generateKey?.(context, tracker, limit.name) ?? prefixed(tracker),
    precision: limit.precision,
    limit: limit.limit,
    windowMs: limit.windowMs,
    blockMs: limit.blockMs,
    cost: limit.cost,
    dryRun: limit.dryRun,
  };
}

function present(hits: readonly (ThrottleHit | undefined)[]): readonly ThrottleHit[] {
  return hits.every((hit) => hit !== undefined) ? hits : hits.filter((hit) => hit !== undefined);
}

/** What the headers say about one limit. */
interface Quota {
  readonly throttler: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * Writes `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, structured fields of RFC 8941) and
 * `X-RateLimit-*`. What an earlier guard of the same request wrote stays in the fields.
 */
export function writeRateLimitHeaders(
  response: HttpResponse,
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
function writeLegacy(response: HttpResponse, { throttler, limit, remaining, resetSeconds }: Quota): void {
  const suffix = throttler === 'default' ? '' : `-${throttler}`;
  response.header(`X-RateLimit-Limit${suffix}`, limit);
  response.header(`X-RateLimit-Remaining${suffix}`, remaining);
  response.header(`X-RateLimit-Reset${suffix}`, resetSeconds);
}

/** Nothing about a dry run, nor about a window that was not decided. */
function quotaOf(hit: ThrottleHit, verdict: WindowVerdict): Quota[] {
  if (hit.dryRun === true || verdict.outcome === 'uncounted') return [];
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

function append(response: HttpResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.header(name, typeof earlier === 'string' ? `${earlier}, ${value}` : value);
}
