import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../sample/sample-app.js';

/** What one answer may take while the store is away. */
export const LONGEST_ANSWER_MS = 1000;
/** The same for many calls at once, which share the processor with each other and with us. */
export const LONGEST_ANSWER_IN_A_BURST_MS = 2500;
const LONGEST_OUTAGE_MS = 30_000;

/** The one permitted answer while the store can't be asked: 503 as a problem document, soon, with advice on when to return. */
export async function expectUnavailable(
  call: () => Promise<Answer>,
  limitMs = LONGEST_ANSWER_MS,
): Promise<void> {
  const startedAt = performance.now();
  const answer = await call();
  expectServiceUnavailable(answer);
  expect(performance.now() - startedAt).toBeLessThan(limitMs);
}

/** Repeats a call as a client does that heeds 503 and nothing else. @returns the first other answer */
export async function persist(call: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = performance.now() + LONGEST_OUTAGE_MS;
  for (;;) {
    const startedAt = performance.now();
    const answer = await call();
    expect(performance.now() - startedAt).toBeLessThan(LONGEST_ANSWER_IN_A_BURST_MS);
    if (answer.status !== 503) return answer;
    expectServiceUnavailable(answer);
    if (performance.now() > giveUpAt) throw new Error(`Still away after ${LONGEST_OUTAGE_MS} ms`);
    await pause(20);
  }
}

function expectServiceUnavailable({ status, headers, body }: Answer): void {
  expect({ status, ...body }).toMatchObject({ status: 503, code: 'store_unavailable' });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}
