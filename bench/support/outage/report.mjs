// Results as tables, and whether the promises held.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { printTable } from '../tables.mjs';

/** p99 of a decision during an outage, and once it is known that there is one, in milliseconds. */
const PROMISED = { during: 300, open: 5 };

/** Quiet seconds that allow a verdict. */
const ENOUGH_SECONDS = 1.5;

const root = join(import.meta.dirname, '../../..');
const versionOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version;

/** One line about where it was measured. */
export async function circumstances(redis, platform) {
  const [, version] = /^redis_version:(\S+)/m.exec(await redis.admin.info('server'));
  const parts = [
    `Node ${process.version}`,
    `Redis ${version}`,
    `Nest ${versionOf('node_modules/@nestjs/core')} on ${platform}`,
    `@nest-lab/throttler-storage-redis ${versionOf('bench/node_modules/@nest-lab/throttler-storage-redis')}`,
    `passport-jwt ${versionOf('node_modules/passport-jwt')}`,
    `${cpus().length} cores`,
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  ];
  return parts.join(', ');
}

export const ms = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const triple = ({ p50, p99, max }) => `${ms(p50)} / ${ms(p99)} / ${ms(max)}`;
const ratio = (value, to) => (to > 0 ? `${(value / to).toFixed(value / to < 10 ? 1 : 0)} x` : '');
const answers = (counts) =>
  Object.entries(counts)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ') || 'none';

/** `results`: `{ name, phases, memory, redisConnections }` of each stack in one outage; ratios are to `reference`. */
export function printOutage(title, results, reference) {
  const base = results.find(({ stack }) => stack === reference)?.phases;
  console.log(`\n${title}\n`);
  printTable(
    [
      'stack',
      'p50 / p99 / max ms before',
      'during',
      'once open',
      'bare app meanwhile',
      'after',
      'p99 during',
      'refused after it',
    ],
    results.map(({ name, phases, control }) => [
      name,
      triple(phases.before),
      triple(phases.during),
      triple(phases.open),
      triple(control.open),
      triple(phases.after),
      base === undefined ? '' : ratio(phases.during.p99, base.during.p99),
      `${ms(phases.after.refusedForMs)} ms`,
    ]),
  );
  console.log();
  printTable(
    [
      'stack',
      'answers before',
      'during',
      'after',
      'RSS MB before, most',
      'connections to Redis before, after',
    ],
    results.map(({ name, phases, memory, redisConnections }) => [
      name,
      answers(phases.before.counts),
      answers(phases.during.counts),
      answers(phases.after.counts),
      `${memory.before.toFixed(0)}, ${memory.most.toFixed(0)}`,
      `${redisConnections.before}, ${redisConnections.after}`,
    ]),
  );
}

/**
 * Says whether the promises held; answers the exit code. A bare app was asked in the same seconds: where it is late itself,
 * only the slices count in which it wasn't, and without some seconds of those there is no verdict.
 */
export function printPromises(results) {
  let exitCode = 0;
  for (const { stack, title, name, phases, control, quiet } of results) {
    if (!['gatehouse', 'bounded'].includes(stack)) continue;
    const { during, open } = phases;
    const isTold = open.p99 < PROMISED.open || quiet.seconds >= ENOUGH_SECONDS;
    const opened = Math.min(open.p99, isTold ? quiet.p99 || open.p99 : Infinity);
    const holds = isTold && during.p99 < PROMISED.during && opened < PROMISED.open;
    const verdict = holds ? 'holds' : isTold ? 'DOES NOT HOLD' : "can't be told, the machine is too busy";
    if (!holds) exitCode = Math.max(exitCode, isTold ? 2 : 1);
    console.log(
      `${title}, ${name}: ${verdict}. p99 ${ms(during.p99)} ms during the outage (< ${PROMISED.during}), ` +
        `${ms(open.p99)} ms once open (< ${PROMISED.open}), ${ms(quiet.p99)} ms in the ${quiet.seconds.toFixed(1)} s of it in which ` +
        `the machine was quiet; a bare app in the same seconds ${ms(control.open.p99)} ms`,
    );
  }
  return exitCode;
}
