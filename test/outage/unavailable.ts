import type { Answer, SampleApp } from '../sample/sample-app.js';

const LONGEST_ANSWER_MS = 1000;
const LONGEST_OUTAGE_MS = 30_000;

/** The one permitted answer while the store can't be asked: 503 as a problem document, soon, with advice on when to return. */
export async function expectUnavailable(call: () => Promise<Answer>): Promise<void> {
  const { answer, elapsedMs } = await timed(call);
  expectServiceUnavailable(answer, elapsedMs);
}

/** Calls a protected route until it answers again; up to then nothing but proper 503s. */
export async function waitThroughOutage(app: SampleApp, token: string): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_OUTAGE_MS;
  for (;;) {
    const { answer, elapsedMs } = await timed(() => app.call('/me', { token }));
    if (answer.status === 200) return;
    expectServiceUnavailable(answer, elapsedMs);
    if (performance.now() > giveUpAt) throw new Error(`Still away after ${LONGEST_OUTAGE_MS} ms`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

function expectServiceUnavailable({ status, headers, body }: Answer, elapsedMs: number): void {
  expect({ status, ...body }).toMatchObject({ status: 503, code: 'store_unavailable' });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(elapsedMs).toBeLessThan(LONGEST_ANSWER_MS);
}

async function timed(call: () => Promise<Answer>): Promise<{ answer: Answer; elapsedMs: number }> {
  const startedAt = performance.now();
  const answer = await call();
  return { answer, elapsedMs: performance.now() - startedAt };
}
