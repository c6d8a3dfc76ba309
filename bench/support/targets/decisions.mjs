// Role checks, limits and races for one refresh token: what the benches of their own tell more of.
import { Redis } from 'ioredis';
import { RoleGraph } from '../../../libs/auth/dist/index.js';
import { peers as refreshPeers, race as raceForToken } from '../refresh-peers.mjs';
import { serverCpuUs } from '../redis-server.mjs';
import { atMost } from '../results.mjs';
import { definitionOf, peers as rolePeers } from '../role-peers.mjs';
import { casbinWorld, tangledWorld } from '../role-worlds.mjs';
import { median, race } from '../rounds.mjs';
import { connect, limiters } from '../window-limiters.mjs';
import { LIMIT, mostAdmitted, speedRound } from '../window-rounds.mjs';

export async function decisions({ redis, quick }) {
  return [
    ...(await roles(quick)),
    ...(await limits(redis, quick)),
    await doubleSpends(redis, quick ? 100 : 1_000),
  ];
}

async function roles(quick) {
  const world = casbinWorld(10_000, 1000, 100_000);
  const asTheGuard = rolePeers.find(({ name }) => name === 'gatehouse, as the guard');
  const [{ rates }] = await race([{ name: asTheGuard.name, work: asTheGuard.load(world)(world.requests) }], {
    rounds: quick ? 3 : 7,
    ms: quick ? 100 : 300,
  });
  const definition = definitionOf(tangledWorld());
  const took = [];
  for (let times = 0; times < (quick ? 3 : 9); times += 1) {
    const before = process.cpuUsage();
    RoleGraph.compile(definition);
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  return [
    atMost('a role check as the guard asks, 10,000 roles, ns', 1e9 / median(rates), 23, { digits: 0 }),
    atMost('10,000 roles with 30,000 edges compiled, ms', median(took), 90, { digits: 0 }),
  ];
}

/** Redis' CPU time of a decision beside that of the least possible fixed window, in turn. */
async function limits(redis, quick) {
  const pair = ['fixed window, least possible script', 'gatehouse, exact'].map((wanted) =>
    limiters.find(({ name }) => name === wanted),
  );
  const rows = [];
  for (const { make } of pair) {
    const client = await connect(redis.url);
    rows.push({ client, admit: make(client), cpu: [] });
  }
  for (const { admit } of rows) await speedRound(admit, 1_200);
  for (let round = 0; round < (quick ? 2 : 6); round += 1)
    for (const row of rows) {
      const before = await serverCpuUs(redis.admin);
      const { decisions: made } = await speedRound(row.admit, quick ? 400 : 1_000);
      row.cpu.push(((await serverCpuUs(redis.admin)) - before) / made);
    }
  for (const { client } of rows) client.disconnect();
  const over = (await mostAdmitted(redis, pair[1].make)) - LIMIT;
  return [
    atMost('limiter, Redis CPU of the fixed window', median(rows[1].cpu) / median(rows[0].cpu), 1.07, {
      digits: 2,
    }),
    atMost('limiter, admitted over the limit in any window', Math.max(0, over), 0, { digits: 0 }),
  ];
}

async function doubleSpends(redis, pairs) {
  const clients = [new Redis(redis.url), new Redis(redis.url)];
  const { spent } = await raceForToken(clients, refreshPeers[0].make, pairs);
  return atMost(`refresh double spends in ${pairs.toLocaleString('en')} racing pairs`, spent, 0, {
    digits: 0,
  });
}
