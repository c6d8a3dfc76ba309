import type { Answer } from './sample-app.js';

/** Expects a refusal as a problem document (RFC 9457 §3) whose status is the status of the answer. */
export function expectProblem({ status, headers, body }: Answer, expected: number, code?: string): void {
  expect({ status, ...body }).toMatchObject({ status: expected, ...(code !== undefined && { code }) });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ status: expected, type: expect.any(String), title: expect.any(String) });
  if (expected === 401) expect(headers.get('www-authenticate')).toMatch(/^(Bearer|Basic) realm="/);
}
