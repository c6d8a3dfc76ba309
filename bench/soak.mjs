// Whether an app that runs for long, with an outage of Redis now and then, stays as it was: memory, handles, timers,
// listeners, connections.
//   npm run build && npm ci --prefix bench && node bench/soak.mjs [--minutes 10] [--rate 200] [--every 30]
// `every`: seconds from one outage to the next, killed and hung in turn, 3 s each. After each one the app is left alone for a
// moment and looked at. Exits with 1 unless everything is flat. A short one without thresholds for memory is a test
// (test/outage/steady.e2e-spec.ts).
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from './support/tables.mjs';
import { faults } from './support/outage/through-outage.mjs';
import { startAnswering } from './support/processes.mjs';
import { startRedis } from './support/redis-server.mjs';
import { growthOf } from './support/soak/growth.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({ options: { minutes: text('10'), rate: text('200'), every: text('30') } });
const OUTAGE_MS = 3_000;
/** What a repeat of a revocation, and connections of callers, take to be gone. */
const REST_MS = 4_000;
const LOOKS = 10;
/** The first looks are left out: code is compiled, and caches and limits fill up. */
const WARM_UP_SHARE = 0.25;
/** What memory may grow by from the end of the warm-up to the end: sampling noise of the collector, in MB. */
const FLAT_MB = { heapUsed: 4, rss: 24 };

const endsAt = performance.now() + Number(values.minutes) * 60_000;
const redis = await startRedis({ appendonly: true });
const host = startAnswering(join(import.meta.dirname, '../test/outage/steady-host.mjs'), [redis.url], {
  nodeOptions: ['--expose-gc'],
  hears: true,
});
const load = startAnswering(join(import.meta.dirname, 'support/soak/mixed-load.mjs'), [], { hears: true });
const url = await host.ask('url');
const samples = [];
const answers = {};

for (let cycle = 0; performance.now() < endsAt; cycle += 1) {
  const fault = cycle % 2 === 0 ? 'kill' : 'hang';
  await load.ask('begin', { url, rate: Number(values.rate) });
  await pause(Number(values.every) * 1000 - OUTAGE_MS - REST_MS);
  await faults[fault].begin(redis);
  await pause(OUTAGE_MS);
  await faults[fault].end(redis);
  // Some go on calling while it comes back.
  await pause(1_000);
  for (const [answer, count] of Object.entries(await load.ask('end')))
    answers[answer] = (answers[answer] ?? 0) + count;
  await pause(REST_MS - 1_000);
  samples.push(await look());
  const { heapUsed, rss, held } = samples.at(-1);
  console.log(
    `${fault.padEnd(4)} ${samples.length}: heap ${heapUsed.toFixed(1)} MB, resident ${rss.toFixed(0)} MB, ` +
      `${held['alive Timeout']} timers, ${held['redis connections']} connections to Redis, ${held['all listeners']} listeners`,
  );
}

/** The least of each that it holds: while it reads in the background it holds a little more. */
async function look() {
  const looks = [];
  for (let at = 0; at < LOOKS; at += 1) {
    looks.push({ ...(await host.ask('held')), 'redis connections': await redis.connections() });
    await pause(100);
  }
  const names = new Set(looks.flatMap((each) => Object.keys(each)));
  const held = Object.fromEntries(
    [...names].map((name) => [name, Math.min(...looks.map((each) => each[name] ?? 0))]),
  );
  const listeners = Object.keys(held).filter((name) => name.startsWith('listeners of client'));
  held['all listeners'] = listeners.reduce((sum, name) => sum + held[name], 0);
  const { heapUsed, rss } = await host.ask('memory');
  return { heapUsed: heapUsed / 2 ** 20, rss: rss / 2 ** 20, held };
}

console.log(`\nanswers: ${JSON.stringify(answers)}\n`);
const steady = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
const rows = [];
const judge = (name, series, allowed) => {
  const growth = growthOf(series);
  rows.push([
    name,
    series[0].toFixed(1),
    series.at(-1).toFixed(1),
    growth.toFixed(1),
    growth <= allowed ? 'flat' : 'GROWS',
  ]);
};
judge(
  'heap after a collection, MB',
  steady.map(({ heapUsed }) => heapUsed),
  FLAT_MB.heapUsed,
);
judge(
  'resident, MB',
  steady.map(({ rss }) => rss),
  FLAT_MB.rss,
);
for (const name of new Set(steady.flatMap(({ held }) => Object.keys(held))))
  judge(
    name,
    steady.map(({ held }) => held[name] ?? 0),
    0.5,
  );
printTable(['what', 'first', 'last', 'growth, of the slope', 'verdict'], rows);
const isFlat = rows.every((row) => row.at(-1) === 'flat');
const isEnough = steady.length >= 3;
const isSound = !('500' in answers) && !('hang' in answers);
if (!isSound) console.log('\nNOT SOUND: there were answers with 500, or none at all');
const verdict = isEnough ? (isFlat ? 'flat' : 'NOT FLAT') : 'no verdict, at least four outages are needed';
console.log(`\n${verdict}, over ${steady.length} looks`);
await Promise.all([host.stop(), load.stop()]);
await redis.stop();
process.exit(isFlat && isEnough && isSound ? 0 : 1);
