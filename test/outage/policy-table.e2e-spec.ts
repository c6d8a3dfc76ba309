import { platforms } from '../support/app/start-app.js';
import { hung, killed, readOnly, type Stage, startStage } from '../support/redis/faults/index.js';
import { expectDeclared, nameOf, policyRows } from './policy-rows.js';
import { PolicyStand } from './policy-stand.js';
import { persist } from './unavailable.js';

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

  it.each(policyRows.map((cells) => [nameOf(cells[0]), cells[column]]))('%s: %s', async (name, cell) => {
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
    expect(policyRows.length).toBeGreaterThan(25);
  });
});
