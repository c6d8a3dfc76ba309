import type { KeyRotationService } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import { instantOf } from '../moments.js';

/** What is told of a key. */
export type Key = ReturnType<KeyRotationService['list']>[number];

/** What was given for verifying only has no instant from which it does: it never did anything else. */
export const neverSigns = ({
  state,
  retiringFrom,
}: {
  readonly state: Key['state'];
  readonly retiringFrom?: number | undefined;
}): boolean => state === 'retiring' && retiringFrom === undefined;

const ROW = 44;
const TOP = 44;
const BAR = 16;
const HOUR_MS = 3_600_000;

/** What is drawn: from when until when. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * The keys as bars on one line of time, which is as wide as the page: places are per cent, and texts keep their size. The table below
 * it says the same in words.
 */
export function timeLine(keys: readonly Key[], now: number): Html {
  const span = spanOf(keys, now);
  const height = TOP + keys.length * ROW + 8;
  const place = (at: number): number =>
    Math.round(Math.min(1, Math.max(0, (at - span.from) / (span.until - span.from))) * 10_000) / 100;
  return html`<figure class="line">
      <svg
        role="img"
        aria-label="Keys on a line of time; the table below says the same"
        width="100%"
        height="${height}"
      >
        <text class="sub" x="0%" y="14">${minuteOf(span.from)}</text>
        <text class="sub" x="100%" y="14" text-anchor="end">${minuteOf(span.until)}</text>
        <line class="axis" x1="0%" x2="100%" y1="20" y2="20" />
        ${keys.map((key, at) => rowOf(key, { y: TOP + at * ROW, place, now, span }))}
        <line class="now" x1="${place(now)}%" x2="${place(now)}%" y1="${TOP - 6}" y2="${height}" />
        <text class="sub" x="${place(now)}%" y="${TOP - 10}" text-anchor="middle">now</text>
      </svg>
    </figure>
    <ul class="legend" aria-hidden="true">
      <li><span class="swatch"></span>published, signs later</li>
      <li><span class="swatch signs"></span>signs</li>
      <li><span class="swatch verifies"></span>verifies only</li>
    </ul>`;
}

/** All instants there are, and some room for what isn't foreseen. */
function spanOf(keys: readonly Key[], now: number): Span {
  const instants = keys.flatMap(({ activeFrom, retiringFrom, retiredFrom }) => [
    activeFrom,
    retiringFrom,
    retiredFrom,
  ]);
  const known = [now, ...instants.filter((at) => at !== undefined)];
  const [first, last] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(HOUR_MS, (last - first) * 0.15);
  return { from: first - room, until: last + room };
}

function rowOf(
  { kid, state, activeFrom, retiringFrom, retiredFrom }: Key,
  { y, place, now, span }: { y: number; place: (at: number) => number; now: number; span: Span },
): Html {
  const signsFrom = activeFrom ?? span.from;
  const signsUntil =
    retiringFrom ?? (neverSigns({ state, retiringFrom }) ? signsFrom : (retiredFrom ?? span.until));
  const bar = (look: string, from: number, until: number): Html | false =>
    until > from &&
    html`<rect
      class="${look}"
      x="${place(from)}%"
      width="${width(place, from, until)}%"
      y="${y + 20}"
      height="${BAR}"
      rx="3"
    />`;
  return html`<text class="sub" x="0%" y="${y + 14}">${kid.length > 16 ? `${kid.slice(0, 15)}…` : kid}</text>
    ${bar('waits', now, Math.min(signsFrom, signsUntil))} ${bar('signs', signsFrom, signsUntil)}
    ${bar('verifies', signsUntil, retiredFrom ?? (signsUntil < span.until ? span.until : signsUntil))}`;
}

const width = (place: (at: number) => number, from: number, until: number): number =>
  Math.round((place(until) - place(from)) * 100) / 100;

const minuteOf = (at: number): string => instantOf(at).slice(0, 16);
