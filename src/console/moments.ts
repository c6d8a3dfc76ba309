import { html, type Html } from '../pages/html.js';

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const;

/** A length of time in its greatest unit, rounded down: `3 minutes`. */
export function lengthOf(ms: number): string {
  const [unitMs, unit] = UNITS.find(([length]) => ms >= length) ?? [1000, 'second'];
  const count = Math.floor(Math.max(0, ms) / unitMs);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** An instant beside now: `3 minutes ago`, `in 2 days`. */
export function distanceOf(at: number, now: number): string {
  if (Math.abs(now - at) < 1000) return 'now';
  return at < now ? `${lengthOf(now - at)} ago` : `in ${lengthOf(at - now)}`;
}

/** `2026-11-28 07:03:09` in UTC: nothing here knows where its reader is. */
export const instantOf = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** An instant, exact and in words. */
export const moment = (at: number, now: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${instantOf(at)}</time>
    <span class="faint">${distanceOf(at, now)}</span>`;
