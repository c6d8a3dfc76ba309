// 10,000 keep-alive connections at 7,000 requests a second, each run in a process of its own; a bare app once, to see the machine.
import { newKey } from '../access/measure.mjs';
import { startLoad, startServer } from '../access/pairs.mjs';
import { mostOpenFiles } from '../processes.mjs';
import { atMost } from '../results.mjs';

const PLAN = { connections: 10_000, rate: 7_000, warmMs: 2_000, ms: 4_000, runs: 10 };
const QUICK = { connections: 1_000, rate: 500, warmMs: 500, ms: 1_000, runs: 2 };
const OTHER_FILES = 200;
const MOST_MS = 45;

export async function manyConnections({ redis, quick, tell }) {
  const plan = quick ? QUICK : PLAN;
  const title = `${plan.connections.toLocaleString('en')} connections, ${plan.rate.toLocaleString('en')} requests/s`;
  const empty = [
    atMost(`${title}: p99, ms`, undefined, MOST_MS),
    atMost(`${title}: resident, MB`, undefined, 350),
  ];
  if (plan.connections + OTHER_FILES > (await mostOpenFiles())) return empty;
  const run = { redis, privateKey: newKey(), load: startLoad() };
  const bare = await once(run, 'bare', plan);
  tell(`${title}, bare: ${words(bare)}`);
  const ours = [];
  for (let count = 0; count < plan.runs; count += 1) {
    await redis.admin.flushall();
    ours.push(await once(run, 'strict-both', plan));
    tell(`${title}: ${words(ours.at(-1))}`);
  }
  await run.load.stop();
  const worst = Math.max(...ours.map(({ p99 }) => p99));
  const resident = Math.max(...ours.map((each) => each.resident));
  const met = ours.filter(({ p99 }) => p99 <= MOST_MS).length;
  return [
    atMost(
      `${title}: worst p99 (${met} of ${plan.runs} runs met it; bare ${bare.p99.toFixed(1)}), ms`,
      worst,
      MOST_MS,
    ),
    atMost(`${title}: most resident, MB`, resident, 350, { digits: 0 }),
  ];
}

const words = ({ p50, p99, max, resident }) =>
  `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(0)} ms, ${resident.toFixed(0)} MB`;

async function once(run, name, { connections, rate, warmMs, ms }) {
  const server = await startServer(run, name, 'fastify', { connections });
  try {
    await run.load.ask('pace', name, { rate, ms: warmMs });
    const times = await run.load.ask('pace', name, { rate, ms });
    return { ...times, resident: await server.ask('mostResident') };
  } finally {
    await server.stop();
  }
}
