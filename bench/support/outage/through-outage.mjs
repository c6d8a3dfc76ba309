// One stack through one outage, under load: what requests got before, during and after it.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startAnswering } from '../processes.mjs';

/** Who is under way when an outage begins may wait for its deadline (200 ms) and a little; from then on nobody should. */
const OPEN_AFTER_MS = 500;
const USERS = 500;
const now = () => performance.timeOrigin + performance.now();

export const faults = {
  kill: {
    name: 'SIGKILL, then a restart',
    begin: (redis) => redis.kill(),
    end: (redis) => redis.restart(),
  },
  hang: {
    name: 'SIGSTOP, then SIGCONT',
    begin: (redis) => redis.hang(),
    end: (redis) => redis.resume(),
  },
};

/**
 * `plan`: { stack, fault, platform, connections, rate, patienceMs, seconds: { before, during, after } }. Answers
 * `{ phases, control, memory, redisConnections }`; the app and the load are processes of this run only.
 */
export async function throughOutage(redis, plan) {
  await redis.admin.flushall();
  const startApp = (stack) =>
    startAnswering(join(import.meta.dirname, 'app.mjs'), [stack, plan.platform, redis.url]);
  const [app, control] = [startApp(plan.stack), startApp('bare')];
  const load = startAnswering(join(import.meta.dirname, 'open-loop.mjs'), [], { hears: true });
  try {
    const { url, tokens } = await app.ask('about', USERS);
    const { url: controlUrl } = await control.ask('about', 1);
    await load.ask('open', { url, tokens, connections: plan.connections, controlUrl });
    await load.ask('run', { rate: plan.rate, patienceMs: plan.patienceMs });
    // What is compiled, cached and connected by the first requests is not what this is about.
    await pause(2_000);
    const times = await timesOf(redis, plan, app);
    await load.ask('stop');
    return {
      ...(await load.ask('summary', times.phases)),
      memory: { before: times.memory.now, most: (await app.ask('memory')).most },
      redisConnections: { before: times.connections, after: await redis.connections() },
    };
  } finally {
    await Promise.all([app, control, load].map((each) => each.stop()));
  }
}

async function timesOf(redis, { fault, seconds }, app) {
  const startedAt = now();
  await pause(seconds.before * 1000);
  const [memory, connections] = [await app.ask('memory'), await redis.connections()];
  const beganAt = now();
  await faults[fault].begin(redis);
  await pause(seconds.during * 1000);
  const endedAt = now();
  await faults[fault].end(redis);
  await pause(seconds.after * 1000);
  const phases = {
    before: [startedAt, beganAt],
    during: [beganAt, endedAt],
    open: [beganAt + OPEN_AFTER_MS, endedAt],
    after: [endedAt, now()],
  };
  return { phases, memory, connections };
}
