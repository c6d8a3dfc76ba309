// What `outage.mjs` and `connections.mjs` share: options of an outage, and stacks that go through it one after another.
import { parseArgs } from 'node:util';
import { startRedis } from '../redis-server.mjs';
import { circumstances, printOutage, printPromises } from './report.mjs';
import { stacks } from './stack-names.mjs';
import { throughOutage } from './through-outage.mjs';

const DEFAULTS = { rate: '1000', before: '5', after: '6', patience: '3', platform: 'fastify' };

/** The options of a run as text, and what they say about the outage. @param defaults of the run's own options */
export function outageOptions(defaults) {
  const options = Object.fromEntries(
    Object.entries({ ...DEFAULTS, ...defaults }).map(([name, value]) => [
      name,
      { type: 'string', default: value },
    ]),
  );
  const { values } = parseArgs({ options });
  const plan = {
    platform: values.platform,
    rate: Number(values.rate),
    patienceMs: Number(values.patience) * 1000,
    seconds: { before: Number(values.before), during: Number(values.during), after: Number(values.after) },
  };
  return { values, plan };
}

/**
 * Has each stack go through each outage, prints the results side by side and whether the promises hold, and ends the process.
 * @param outages each with its title, and what of the plan is its own
 */
export async function runSideBySide({ values, plan }, headline, outages) {
  const redis = await startRedis({ appendonly: true });
  console.log(await circumstances(redis, plan.platform));
  console.log(`${headline}: ${values.before} s before, ${values.during} s during, ${values.after} s after`);
  const all = [];
  for (const { title, ...own } of outages) {
    const results = [];
    for (const stack of values.stacks.split(',')) {
      const result = await throughOutage(redis, { ...plan, ...own, stack });
      results.push({ stack, title, name: stacks[stack], ...result });
    }
    printOutage(title, results, 'gatehouse');
    all.push(...results);
  }
  console.log();
  const exitCode = printPromises(all);
  await redis.stop();
  process.exit(exitCode);
}
