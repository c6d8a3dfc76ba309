import { platforms } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';
import { hung, killed, silent, startStage } from '../support/redis/faults/index.js';
import { until } from '../support/until.js';
import { FaultStand } from './fault-stand.js';
import { persist } from './unavailable.js';

const REQUESTS = 100;

it.each(platforms)(
  '[obligation 61] an outage is one line, however many requests it refuses (%s)',
  async (platform) => {
    const stage = await startStage('proxied');
    const logger = new Warnings();
    const stand = await FaultStand.start(platform, stage.url, logger);
    await stand.prepare();
    try {
      for (const fault of [killed(), hung(), silent('accepted')]) {
        logger.lines.length = logger.said.length = 0;
        await fault.begin(stage);
        for (let request = 0; request < REQUESTS; request++) {
          expect((await stand.me()).status).toBe(503);
          expect((await stand.refresh()).status).toBe(503);
          await stand.limited(1);
        }
        await fault.end(stage);
        expect((await persist(stand.me)).status).toBe(200);
        await until('the end was told', () =>
          logger.said.some((line) => line.startsWith('Redis can be used again')),
        );
        expect(logger.lines).toEqual([expect.stringMatching(/^Redis can't be used: /)]);
      }
    } finally {
      await stand.close();
      await stage.stop();
    }
  },
);
