import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../sample/sample-app.js';

/** What is looked at of an answer, whichever client got it. */
type Judged = Pick<Answer, 'status' | 'headers' | 'body'>;

/** What an answer usually takes at most while the store is away: the median is held against it. */
export const USUAL_ANSWER_MS = 1000;
/** No answer takes longer, even where the machine is busy with other things; a hang has no end. */
export const LONGEST_ANSWER_MS = 15_000;
const LONGEST_OUTAGE_MS = 30_000;

/**
 * The one permitted answer while the store can't be asked: 503 as a problem document, soon, with advice on when to return.
 * @returns what it took, in milliseconds
 */
export async function expectUnavailable(call: () => Promise<Answer>): Promise<number> {
  const startedAt = performance.now();
  const answer = await call();
  const elapsedMs = performance.now() - startedAt;
  expectServiceUnavailable(answer);
  expect(elapsedMs).toBeLessThan(LONGEST_ANSWER_MS);
  return elapsedMs;
}

/** The middle of some durations. */
export function median(durationsMs: readonly number[]): number {
  return durationsMs.toSorted((a, b) => a - b)[Math.floor(durationsMs.length / 2)] ?? Number.NaN;
}

/** Repeats a call as a client does that heeds 503 and nothing else. @returns the first other answer */
export async function persist<Given extends Judged>(call: () => Promise<Given>): Promise<Given> {
  const giveUpAt = performance.now() + LONGEST_OUTAGE_MS;
  for (;;) {
    const startedAt = performance.now();
    const answer = await call();
    expect(performance.now() - startedAt).toBeLessThan(LONGEST_ANSWER_MS);
    if (answer.status !== 503) return answer;
    expectServiceUnavailable(answer);
    if (performance.now() > giveUpAt) throw new Error(`Still away after ${LONGEST_OUTAGE_MS} ms`);
    await pause(20);
  }
}

/** A problem document with status 503, and advice on when to return. */
export function expectServiceUnavailable({ status, headers, body }: Judged): void {
  expect({ status, ...body }).toMatchObject({ status: 503, code: 'store_unavailable' });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}
