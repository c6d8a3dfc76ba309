// What the package costs an app from the start of the process until it listens, beside the bare framework: processes that take turns.
//   npm run build && node bench/start-up.mjs [pairs] [express|fastify]
// On a machine that does other things, look at CPU rather than at time, and at the quiet fifth rather than at the median.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startRedis } from './support/redis-server.mjs';
import { median } from './support/rounds.mjs';

const [pairs = 15, platform = 'express'] = process.argv.slice(2);
const SCRIPT = join(import.meta.dirname, 'support/start-up-app.mjs');
const VARIANTS = { bare: 'bare framework', memory: 'Gatehouse, memory', redis: 'Gatehouse, Redis' };

const redis = await startRedis();
const runs = Object.fromEntries(Object.keys(VARIANTS).map((variant) => [variant, []]));
for (let round = 0; round < Number(pairs); round += 1)
  for (const variant of Object.keys(VARIANTS)) runs[variant].push(await start(variant));
await redis.stop();

const quietFifth = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 5)];
console.log(`Node ${process.version}, ${platform}, ${pairs} rounds; ms`);
console.table(
  Object.entries(VARIANTS).map(([variant, name]) => {
    const of = (measure) => runs[variant].map((run) => run[measure]);
    const over = (measure) => runs[variant].map((run, at) => run[measure] - runs.bare[at][measure]);
    const fifth = (measure) => quietFifth(of(measure)) - quietFifth(runs.bare.map((run) => run[measure]));
    return {
      app: name,
      'time, median': Math.round(median(of('wallMs'))),
      'CPU, median': Math.round(median(of('cpuMs'))),
      'time over bare, median of pairs': Math.round(median(over('wallMs'))),
      'CPU over bare, median of pairs': Math.round(median(over('cpuMs'))),
      'time over bare, quiet fifth': Math.round(fifth('wallMs')),
      'CPU over bare, quiet fifth': Math.round(fifth('cpuMs')),
    };
  }),
);

async function start(variant) {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, variant, platform, redis.url]);
  return JSON.parse(stdout);
}
