import { platforms } from '../support/app/start-app.js';
import { cut, refused, silent, type Stage, startStage } from '../support/redis/faults/index.js';
import { FaultStand } from './fault-stand.js';
import { persist } from './unavailable.js';

const CALLS = 100;

describe.each(platforms)('while Redis is out of reach, nothing is queued (%s)', (platform) => {
  let stage: Stage;
  let stand: FaultStand;

  beforeAll(async () => {
    stage = await startStage('proxied');
    stand = await FaultStand.start(platform, stage.url);
    await stand.prepare();
  });
  afterAll(async () => {
    await stand?.close();
    await stage?.stop();
  });

  const faults = [refused(), cut(), silent('accepted'), silent('refused')];

  it.each(faults)('[obligation 61] $name: refreshes are refused, and not sent afterwards', async (fault) => {
    const [proxy] = stage.proxies;
    expect((await persist(stand.me)).status).toBe(200);
    await fault.begin(stage);
    const before = proxy!.passed();
    const answers = await Promise.all(Array.from({ length: CALLS }, () => stand.refresh()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(proxy!.passed()).toBe(before);
    await fault.end(stage);
    expect((await persist(stand.me)).status).toBe(200);
    // A few to open the connection, and what one protected request needs.
    expect(proxy!.passed() - before).toBeLessThan(CALLS / 2);
    // The token was used by none of them.
    expect((await persist(stand.refresh)).status).toBe(200);
  });
});
