import { markdown } from '../docs/markdown.js';
import type { Answer } from '../support/app/client.js';
import { expectServiceUnavailable } from './unavailable.js';

/** More than any budget of a row. */
const CALLS = 7;

/** The rows of docs/when-redis-fails.md that say an answer. */
export const policyRows = markdown('docs/when-redis-fails.md')
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([, away = '']) => /^\d{3}\b/.test(away));

/** The name of an operation: code alone is a call of a service. */
export const nameOf = (cell = ''): string => cell.replace(/^`([^`]+)`$/, '$1');

/** Each call answers as the cell says: one status, or one until another one comes. */
export async function expectDeclared(call: () => Promise<Answer>, cell = ''): Promise<void> {
  const [first = '', then] = cell.split(', then ');
  const answers: Answer[] = [];
  for (let round = 0; round < (then === undefined ? 2 : CALLS); round++) answers.push(await call());
  for (const answer of answers) {
    if (answer.status === 503) expectServiceUnavailable(answer);
    if (answer.status === 429) expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }
  const statuses = answers.map(({ status }) => String(status));
  const turn = then === undefined ? statuses.length : statuses.indexOf(then);
  expect(turn).toBeGreaterThan(0);
  expect(statuses).toEqual(statuses.map((_, place) => (place < turn ? first : then)));
}
