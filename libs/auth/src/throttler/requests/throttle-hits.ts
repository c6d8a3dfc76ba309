import type { ExecutionContext } from '@nestjs/common';
import { type HttpResponse, requestOf } from '../../context/call.js';
import { credentialNameOf, type Principal } from '../../kernel/principal.js';
import type { WindowHit, WindowVerdict } from '../sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from '../throttler.settings.js';
import { fixedFor } from './per-call-limits.js';
import { type FixedLimit, type RouteLimit, type ToldLimit, toldOf } from './route-limits.js';

/** A hit with the name its throttler has for clients. */
export interface ThrottleHit extends WindowHit {
  readonly throttler: string;
  /** How it is told, where that is the same for each call. */
  readonly told?: ToldLimit | undefined;
}

/** Who is counted where the throttler has no tracker of its own; `undefined` skips it. */
export type DefaultTracker = (
  context: ExecutionContext,
  limit: RouteLimit,
  principal: Principal | undefined,
) => string | undefined | Promise<string | undefined>;

/** A call whose hits are asked for. */
interface LimitedCall {
  readonly context: ExecutionContext;
  readonly principal: Principal | undefined;
  readonly trackerOf: DefaultTracker;
}

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
  call: LimitedCall,
): readonly ThrottleHit[] | Promise<readonly ThrottleHit[]> {
  const hits = limits.map((limit) => hitOf(limit, call));
  if (hits.some((hit) => hit instanceof Promise))
    return Promise.all(hits.map(async (hit) => hit)).then(present);
  return present(hits as readonly (ThrottleHit | undefined)[]);
}

function present(hits: readonly (ThrottleHit | undefined)[]): readonly ThrottleHit[] {
  return hits.includes(undefined)
    ? hits.filter((hit) => hit !== undefined)
    : (hits as readonly ThrottleHit[]);
}

function hitOf(
  limit: RouteLimit,
  call: LimitedCall,
): ThrottleHit | undefined | Promise<ThrottleHit | undefined> {
  if (!limit.isFixed) return perCallHit(limit, call);
  const fixed = limit as FixedLimit;
  const tracker = call.trackerOf(call.context, limit, call.principal);
  if (tracker instanceof Promise) return tracker.then((found) => fixedHit(fixed, call.context, found));
  return fixedHit(fixed, call.context, tracker);
}

async function perCallHit(
  limit: RouteLimit,
  { context, principal, trackerOf }: LimitedCall,
): Promise<ThrottleHit | undefined> {
  const fixed = await fixedFor(limit, context);
  if (fixed === undefined) return undefined;
  if (limit.getTracker === undefined)
    return fixedHit(fixed, context, await trackerOf(context, limit, principal));
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
    told: limit.told,
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

function append(response: HttpResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.header(name, typeof earlier === 'string' ? `${earlier}, ${value}` : value);
}
