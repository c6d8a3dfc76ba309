import { seedOfRun } from '../../support/chaos/seeded.js';
import type { SessionTerms } from '../../support/chaos/session-world.js';
import {
  clusterFailover,
  clusterMasterLost,
  type Fault,
  hung,
  killed,
  sentinelFailover,
  sentinelMasterLost,
  type StageKind,
  startStage,
} from '../../support/redis/faults/index.js';
import { ChaosRun, TERMS } from './chaos-run.js';

const seed = seedOfRun();
const SESSION = '*session*';

interface Chaos {
  readonly what: string;
  readonly kind: StageKind;
  readonly faults: () => readonly Fault[];
  readonly terms: SessionTerms;
}

const cases: readonly Chaos[] = [
  {
    what: 'Redis is killed five times, and hangs in between',
    kind: 'standalone',
    faults: () => [killed(), killed(), hung(), killed(), killed(), hung(), killed()],
    terms: TERMS,
  },
  {
    what: 'Sentinel fails over, by itself and as ordered',
    kind: 'sentinel',
    faults: () => [sentinelMasterLost('killed'), sentinelFailover({ losesNothing: true })],
    // While a master takes no writes, nobody can write down that a token was used.
    terms: { ...TERMS, usesMayBeLost: true },
  },
  {
    what: 'a Cluster promotes a replica, as ordered and by itself',
    kind: 'cluster',
    faults: () => [clusterFailover(SESSION), clusterMasterLost('killed', SESSION)],
    terms: TERMS,
  },
];

describe(`two instances under load keep what sessions promise (CHAOS_SEED=${seed})`, () => {
  it.each(cases)('[obligation 61] while $what', async ({ kind, faults, terms }) => {
    const stage = await startStage(kind);
    const run = await ChaosRun.start(stage, seed);
    try {
      for (const fault of faults()) await run.suffer(fault);
      const wrong = await run.finish(terms);
      if (process.env['CHAOS_REPORT'] !== undefined) process.stderr.write(`${run.report()}\n`);
      expect(wrong).toEqual([]);
    } finally {
      await run.stop();
      await stage.stop();
    }
  });
});
