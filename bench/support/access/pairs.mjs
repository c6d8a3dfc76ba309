// One case beside the bare framework: both processes are kept busy in turn, in short slices, so that a busy moment of the
// machine hits both. What is answered is one process's; `access.mjs` takes several.
import { join } from 'node:path';
import { cores } from '../cores.mjs';
import { startAnswering } from '../processes.mjs';
import { commandsRun, serverCpuUs } from '../redis-server.mjs';
import { median } from '../rounds.mjs';

const CONNECTIONS = 64;
const USERS = 256;
const ALLOCATING_MS = 400;
/** Code is compiled by what was asked, not by the time; a slow case isn't waited for any longer. */
const MOST_WARM_MS = 4_000;
const TRACED_REQUESTS = 60;
/** Of the tokens that are shown once, those that nothing is measured with. */
const COLD_WARM_SHARE = 0.4;

export const startLoad = () =>
  startAnswering(join(import.meta.dirname, 'load.mjs'), [], { core: cores.load, hears: true });

/** A server with its connections open. */
export async function startServer(run, name, platform, { cold = 0, connections = CONNECTIONS } = {}) {
  const args = [name, platform, run.redis.url];
  const env = { ...process.env, BENCH_PRIVATE_KEY: run.privateKey };
  const server = startAnswering(join(import.meta.dirname, 'app.mjs'), args, {
    core: cores.server,
    hears: true,
    env,
  });
  const { port, ...about } = await server.ask('about', USERS, cold);
  if (name !== 'bare') await refusesStrangers(port);
  const isCold = cold > 0;
  const tokens = isCold ? about.cold : about.tokens;
  await run.load.ask('open', name, { port, tokens, isCold, connections });
  const stop = async () => {
    await run.load.ask('close', name);
    await server.stop();
  };
  return { name, tokens, about, ask: server.ask, stop };
}

/** A case that lets everybody in is fast. */
async function refusesStrangers(port) {
  const headers = { authorization: 'Bearer nobody' };
  const { status } = await fetch(`http://127.0.0.1:${port}/hello`, { headers });
  if (status !== 401) throw new Error(`a wrong token was answered ${status}`);
}

/** `run`: { redis, load, privateKey, ms, warmRequests, pairs }. `bare` is kept for all cases of a replica. */
export async function measurePair(run, bare, tested, { isCold = false } = {}) {
  await run.load.ask('show', 'bare', tested.about.tokens);
  await run.load.ask('run', tested.name, {
    requests: isCold ? tested.tokens.length * COLD_WARM_SHARE : run.warmRequests,
    ms: MOST_WARM_MS,
  });
  const requests = isCold ? Math.floor((tested.tokens.length * (1 - COLD_WARM_SHARE)) / run.pairs) : Infinity;
  await run.load.ask('run', 'bare', { requests: bare.isWarm ? 500 : run.warmRequests });
  bare.isWarm = true;
  const slices = [];
  for (let pair = 0; pair < run.pairs; pair += 1)
    slices.push({ bare: await slice(run, bare), tested: await slice(run, tested, requests) });
  const of = (which) => (what) =>
    sum(slices, (each) => each[which][what]) / sum(slices, (each) => each[which].requests);
  const [bareEach, testedEach] = [of('bare'), of('tested')];
  return {
    ratio: median(slices.map((each) => each.tested.perSecond / each.bare.perSecond)),
    userUs: testedEach('user') - bareEach('user'),
    cpuUs: testedEach('user') + testedEach('system') - bareEach('user') - bareEach('system'),
    redisUs: testedEach('redisUs'),
    sent: testedEach('sent'),
    commands: testedEach('commands'),
    perSecond: median(slices.map((each) => each.tested.perSecond)),
    busiest: Math.max(...slices.map((each) => each.tested.busy)),
    bytes: isCold ? undefined : (await allocated(run, tested)) - (await bareBytes(run, bare)),
    ...(isCold ? {} : await waits(run, tested)),
  };
}

const sum = (all, of) => all.reduce((total, each) => total + of(each), 0);

async function slice({ load, redis, ms }, { name, ask }, requests = Infinity) {
  const [before, redisBefore] = [await ask('usage'), await usageOf(redis)];
  const ran = await load.ask('run', name, { ms, requests });
  const [after, redisAfter] = [await ask('usage'), await usageOf(redis)];
  return {
    requests: ran.requests,
    busy: ran.busy,
    perSecond: (ran.requests / ran.ms) * 1000,
    user: after.user - before.user,
    system: after.system - before.system,
    sent: after.sent - before.sent,
    redisUs: redisAfter.us - redisBefore.us,
    commands: redisAfter.commands - redisBefore.commands,
  };
}

const usageOf = async ({ admin }) => ({ us: await serverCpuUs(admin), commands: await commandsRun(admin) });

/** Bytes on the heap for each request. */
async function allocated({ load }, { name, ask }) {
  await ask('startAllocating');
  const { requests } = await load.ask('run', name, { ms: ALLOCATING_MS });
  return (await ask('allocated')) / requests;
}

/** The same for everybody, so it is measured once a process. */
const bareBytes = async (run, bare) => (bare.bytes ??= await allocated(run, bare));

/** Of requests one after another, so that nothing is shared with a neighbour. */
async function waits({ load }, { name, ask }) {
  await ask('trace');
  await load.ask('run', name, { requests: TRACED_REQUESTS, connections: 1 });
  const traced = await ask('traced');
  return {
    waits: median(traced.map((each) => each.waits)),
    sentAlone: median(traced.map((each) => each.commands)),
  };
}
