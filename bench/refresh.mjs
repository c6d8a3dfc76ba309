// Refreshing and revoking, ours and what a user would pick instead: speed, Redis' effort, races, memory.
// node refresh.mjs [--quick]   (build the library first: npx nest build auth)
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { SystemClock } from '../libs/auth/dist/kernel/clock.js';
import { Sweeper } from '../libs/auth/dist/memory/sweeper.js';
import { RedisTokenBlacklistStore } from '../libs/auth/dist/token-blacklist/redis-token-blacklist.store.js';
import { ReplicatedTokenBlacklistStore } from '../libs/auth/dist/token-blacklist/replica/replicated-token-blacklist.store.js';
import { createSessionId } from '../libs/auth/dist/subjects/subject-keys.js';
import { commandsRun, serverCpuUs, startRedis } from './support/redis-server.mjs';
import { blacklistSettings, guarded, peers, race } from './support/refresh-peers.mjs';
import { median } from './support/rounds.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 2 : 5;
const ROUND_MS = quick ? 400 : 1500;
const IN_FLIGHT = 64;
const PAIRS = 1_000;

const redis = await startRedis();
const redisVersion = /redis_version:(\S+)/.exec(await redis.admin.info('server'))[1];
const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
console.log(
  `Node ${process.version}, Redis ${redisVersion}, ioredis ${versionOf('ioredis')}, ` +
    `@node-oauth/oauth2-server ${versionOf('@node-oauth/oauth2-server')}; one process, ${IN_FLIGHT} in flight, no signing\n`,
);

/** A client that counts what it sends. */
async function connect() {
  const client = new Redis(redis.url);
  await client.ping();
  client.sent = 0;
  const send = client.sendCommand;
  client.sendCommand = function count(...args) {
    client.sent++;
    return send.apply(client, args);
  };
  return client;
}

/** Runs `act(place)` with many in flight for a while; answers what was done and what it cost. */
async function round(client, act) {
  await redis.admin.call('config', 'resetstat');
  const [cpuBefore, sentBefore] = [await serverCpuUs(redis.admin), client.sent];
  const [ownBefore, startedAt] = [process.cpuUsage(), performance.now()];
  let done = 0;
  const actor = async (_, place) => {
    for (; performance.now() < startedAt + ROUND_MS; done++) await act(place);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, actor));
  const perSecond = (done / (performance.now() - startedAt)) * 1000;
  const { user, system } = process.cpuUsage(ownBefore);
  const own = (user + system) / done;
  const cpu = ((await serverCpuUs(redis.admin)) - cpuBefore) / done;
  return {
    perSecond,
    own,
    cpu,
    trips: (client.sent - sentBefore) / done,
    commands: (await commandsRun(redis.admin)) / done,
  };
}

/** Interleaved rounds, so that a busy moment of the machine hits everybody; prints a table with ratios to the first. */
async function compare(title, rows) {
  for (const row of rows) await round(row.client, row.act);
  for (const row of rows) row.rounds = [];
  for (let count = 0; count < ROUNDS; count++)
    for (const row of rows) row.rounds.push(await round(row.client, row.act));
  console.log(
    `${title}: a second (min-max) | ratio | own CPU µs each | Redis CPU µs each | round trips | commands`,
  );
  const base = median(rows[0].rounds.map(({ perSecond }) => perSecond));
  for (const { name, rounds } of rows) {
    const rates = rounds.map(({ perSecond }) => perSecond);
    const k = (rate) => `${(rate / 1000).toFixed(1)} k`;
    const of = (what) => median(rounds.map((each) => each[what]));
    console.log(
      name.padEnd(40),
      `${k(median(rates))} (${k(Math.min(...rates))}-${k(Math.max(...rates))})`.padEnd(28),
      (median(rates) / base).toFixed(2).padEnd(6),
      of('own').toFixed(1).padEnd(8),
      of('cpu').toFixed(1).padEnd(8),
      of('trips').toFixed(2).padEnd(6),
      of('commands').toFixed(2),
    );
  }
}

async function refreshSpeed() {
  const rows = [];
  for (const { name, make } of peers) {
    const client = await connect();
    const peer = make(client);
    const tokens = await Promise.all(
      Array.from({ length: IN_FLIGHT }, (_, place) => peer.login(`user-${place}`)),
    );
    const act = async (place) => {
      tokens[place] = await peer.refresh(tokens[place]);
      if (tokens[place] === undefined) throw new Error(`${name} refused a current token`);
    };
    rows.push({ name, client, act });
  }
  await compare('Refreshes', rows);
  for (const { client } of rows) client.disconnect();
}

async function races() {
  console.log(
    `\nOf ${PAIRS} pairs racing with one token: double spends | users thrown out | same successor for both`,
  );
  for (const { name, make } of peers) {
    const { spent, out, same } = await race(await Promise.all([connect(), connect()]), make, PAIRS);
    console.log(name.padEnd(40), ...[spent, out, same].map((count) => String(count).padStart(5)));
  }
}

async function memory() {
  const sessions = 1_000;
  console.log('\nBytes of Redis a session, all its keys: after login | after 20 refreshes');
  for (const { name, make } of peers) {
    await redis.admin.flushall();
    const client = await connect();
    const peer = make(client);
    let tokens = await Promise.all(
      Array.from({ length: sessions }, (_, place) => peer.login(`user-${place}`)),
    );
    const fresh = await bytesOfAllKeys();
    for (let times = 0; times < 20; times++)
      tokens = await Promise.all(tokens.map((token) => peer.refresh(token)));
    const used = await bytesOfAllKeys();
    console.log(
      name.padEnd(40),
      (fresh / sessions).toFixed(0).padStart(6),
      (used / sessions).toFixed(0).padStart(6),
    );
    client.disconnect();
  }
}

async function bytesOfAllKeys() {
  let bytes = 0;
  for (const key of await redis.admin.keys('*'))
    bytes += await redis.admin.call('memory', 'usage', key, 'samples', 0);
  return bytes;
}

async function checkSpeed() {
  await redis.admin.flushall();
  const [strict, relaxed, plain] = [await connect(), await connect(), await connect()];
  const settings = blacklistSettings({ maxStaleness: 1_000 });
  const store = new RedisTokenBlacklistStore(guarded(strict), settings);
  const sweeper = new Sweeper();
  const replica = ReplicatedTokenBlacklistStore.over(guarded(relaxed), settings, new SystemClock(), sweeper);
  const tokens = await Promise.all(
    Array.from({ length: IN_FLIGHT }, async (_, place) => {
      const subject = `user-${place}`;
      const epoch = await store.claimEpoch(subject, 'web');
      return {
        tokenId: `token-${place}`,
        sessionId: createSessionId(subject),
        subject,
        clientId: 'web',
        epoch,
      };
    }),
  );
  await replica.onModuleInit();
  // Lets timers and sockets have their turn where no call needs one.
  let calls = 0;
  const local = async (place) => {
    if (replica.isRevoked(tokens[place]) !== false) throw new Error('not answered locally');
    if (++calls % 1_000 === 0) await new Promise(setImmediate);
  };
  await compare('\nRevocation checks', [
    {
      name: 'gatehouse: token, session, epochs',
      client: strict,
      act: (place) => store.isRevoked(tokens[place]),
    },
    { name: 'gatehouse: local replica, bound 1 s', client: relaxed, act: local },
    {
      name: 'blacklist of token ids: GET',
      client: plain,
      act: (place) => plain.get(`blacklist:token-${place}`),
    },
  ]);
  replica.onApplicationShutdown();
  sweeper.stop();
  for (const client of [strict, relaxed, plain]) client.disconnect();
}

await refreshSpeed();
await races();
await memory();
await checkSpeed();
await redis.stop();
