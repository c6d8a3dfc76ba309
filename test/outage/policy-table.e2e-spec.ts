import type { Answer } from '../support/app/client.js';
import { platforms } from '../support/app/start-app.js';
import { hung, killed, readOnly, type Stage, startStage } from '../support/redis/faults/index.js';
import { markdown } from '../docs/markdown.js';
import { PolicyStand } from './policy-stand.js';
import { expectServiceUnavailable, persist } from './unavailable.js';

/** More than any budget of a row. */
const CALLS = 7;

const rows = markdown('docs/when-redis-fails.md')
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([, away = '']) => /^\d{3}\b/.test(away));

/** The name of an operation: code alone is a call of a service. */
const nameOf = (cell = ''): string => cell.replace(/^`([^`]+)`$/, '$1');

/** Each call answers as the cell says: one status, or one until another one comes. */
async function expectDeclared(call: () => Promise<Answer>, cell = ''): Promise<void> {
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

describe.each([
  { fault: killed(), column: 1 },
  { fault: hung(), column: 1 },
  { fault: readOnly(), column: 2 },
])('[obligation 61] the table of docs/when-redis-fails.md, $fault.name', ({ fault, column }) => {
  let stage: Stage;
  let stands: readonly PolicyStand[] = [];

  beforeAll(async () => {
    stage = await startStage('standalone');
    stands = await Promise.all(platforms.map((platform) => PolicyStand.start(platform, stage.url)));
    for (const stand of stands) await stand.prepare();
    await fault.begin(stage);
  });
  afterAll(async () => {
    for (const stand of stands) await stand.close();
    await fault.end(stage);
    await stage.stop();
  });

  it.each(rows.map((cells) => [nameOf(cells[0]), cells[column]]))('%s: %s', async (name, cell) => {
    const expectAt = (stand: PolicyStand): Promise<void> => {
      const call = stand.operation(name);
      // A connection leaves a server that takes no writes now and then, and what comes in that moment is 503.
      const isRead = fault.name === 'READONLY' && cell !== '503';
      return expectDeclared(isRead ? () => persist(call) : call, cell);
    };
    // Most of it is waiting.
    await Promise.all(stands.map(expectAt));
  });

  it('has both kinds of rows', () => {
    expect(rows.length).toBeGreaterThan(25);
  });
});
