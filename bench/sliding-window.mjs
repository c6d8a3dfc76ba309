// Sliding windows on Redis, ours and those a user would pick instead: speed, Redis' effort, memory, accuracy, floods.
// node sliding-window.mjs [--quick]
import { commandsRun, serverCpuUs, startRedis } from './support/redis-server.mjs';
import { median } from './support/rounds.mjs';
import { connect, floodLimiters, limiters } from './support/window-limiters.mjs';
import { CLIENTS, CONCURRENCY, LIMIT, mostAdmitted, speedRound } from './support/window-rounds.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 2 : 5;
const ROUND_MS = quick ? 500 : 2000;

const redis = await startRedis();
const version = /redis_version:(\S+)/.exec(await redis.admin.info('server'))[1];
console.log(
  `Node ${process.version}, Redis ${version}, one process, ${CONCURRENCY} calls in flight, ${CLIENTS} clients\n`,
);

async function speed() {
  const rows = [];
  for (const { name, make, isReference } of limiters) {
    const client = await connect(redis.url);
    rows.push({
      name,
      isReference,
      client,
      admit: make(client),
      rates: [],
      cpu: [],
      commands: 0,
      sent: 0,
      decisions: 0,
    });
  }
  for (const row of rows) await speedRound(row.admit, 1200);
  // Interleaved, so that a busy moment of the machine hits everybody.
  for (let round = 0; round < ROUNDS; round++) {
    for (const row of rows) {
      await redis.admin.call('config', 'resetstat');
      const [cpuBefore, sentBefore] = [await serverCpuUs(redis.admin), row.client.sent];
      const { decisions, perSecond } = await speedRound(row.admit, ROUND_MS);
      row.rates.push(perSecond);
      row.cpu.push(((await serverCpuUs(redis.admin)) - cpuBefore) / decisions);
      row.commands += await commandsRun(redis.admin);
      row.sent += row.client.sent - sentBefore;
      row.decisions += decisions;
    }
  }
  const reference = median(rows.find(({ isReference }) => isReference).cpu);
  console.log(
    'Decisions a second (median, min-max) | Redis CPU µs a decision | of the fixed window | round trips | commands',
  );
  for (const { name, client, rates, cpu, commands, sent, decisions } of rows) {
    const k = (rate) => (rate / 1000).toFixed(1);
    console.log(
      `${name.padEnd(42)} ${k(median(rates)).padStart(6)} k (${k(Math.min(...rates))}-${k(Math.max(...rates))})`.padEnd(
        66,
      ),
      `${median(cpu).toFixed(1)} (${Math.min(...cpu).toFixed(1)}-${Math.max(...cpu).toFixed(1)})`.padEnd(18),
      `${(median(cpu) / reference).toFixed(2)}`.padEnd(6),
      `${(sent / decisions).toFixed(2)}`.padEnd(6),
      (commands / decisions).toFixed(2),
    );
    client.disconnect();
  }
}

/** Bytes of all keys of one client whose window is full. */
async function bytesAt(make, limit) {
  await redis.admin.flushall();
  const client = await connect(redis.url);
  const admit = make(client);
  for (let sent = 0; sent < limit; sent += 100)
    await Promise.all(Array.from({ length: 100 }, () => admit('client', limit, 600_000)));
  let bytes = 0;
  for (const key of await redis.admin.keys('*'))
    bytes += await redis.admin.call('memory', 'usage', key, 'samples', 0);
  client.disconnect();
  return bytes;
}

async function memory() {
  console.log('\nBytes a client, its window full: at limit 100 | at limit 10,000');
  for (const { name, make } of limiters) {
    const [small, large] = [await bytesAt(make, 100), await bytesAt(make, 10_000)];
    console.log(`${name.padEnd(42)} ${String(small).padStart(8)} ${String(large).padStart(10)}`);
  }
}

async function accuracy() {
  console.log(`\nMost admitted in any window over the limit (${LIMIT})`);
  for (const { name, make } of limiters) {
    const most = await mostAdmitted(redis, make);
    console.log(
      `${name.padEnd(42)} ${String(most).padStart(4)} of ${LIMIT}: ${most > LIMIT ? `${most - LIMIT} too many` : 'exact'}`,
    );
  }
}

async function flood() {
  const calls = quick ? 1000 : 10_000;
  console.log(`\nA flood of ${calls} calls by one refused client: commands sent to Redis for each refusal`);
  for (const { name, make } of floodLimiters) {
    await redis.admin.flushall();
    const client = await connect(redis.url);
    const admit = make(client);
    for (let taken = 0; taken < LIMIT; taken++) await admit('flooder', LIMIT, 60_000);
    const before = client.sent;
    for (let sent = 0; sent < calls; sent += 100)
      await Promise.all(Array.from({ length: 100 }, () => admit('flooder', LIMIT, 60_000)));
    console.log(`${name.padEnd(42)} ${((client.sent - before) / calls).toFixed(4)}`);
    client.disconnect();
  }
}

await speed();
await memory();
await accuracy();
await flood();
await redis.stop();
