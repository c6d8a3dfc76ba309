// What one Redis pays for one of everything: bytes that stay, and processor time of its main thread.
import { Redis } from 'ioredis';
import { createSessionId } from '../../../libs/auth/dist/subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from '../../../libs/auth/dist/token-blacklist/redis-token-blacklist.store.js';
import { serverCpuUs } from '../redis-server.mjs';
import { blacklistSettings, guarded, peers } from '../refresh-peers.mjs';
import { limiters } from '../window-limiters.mjs';

const AT_ONCE = 50;
const ours = (name) => limiters.find((each) => each.name === name).make;

/** Answers name → `{ bytes, us }`; each thing is done `count` times. */
export async function measure(redis, count) {
  const client = new Redis(redis.url);
  const sessions = peers[0].make(client);
  const blacklist = new RedisTokenBlacklistStore(guarded(client), blacklistSettings());
  const exact = ours('gatehouse, exact')(client);
  const tokens = [];
  const subject = (at) => `2f1c0de0-7a54-4d1c-9f0e-${String(at).padStart(12, '0')}`;
  const tokenOf = (at) => ({
    tokenId: `token-${at}`,
    sessionId: createSessionId(subject(at)),
    subject: subject(at),
    clientId: 'web',
    epoch: 0,
  });
  const steps = {
    login: async (at) => void (tokens[at] = await sessions.login(subject(at))),
    refresh: async (at) => void (tokens[at] = await sessions.refresh(tokens[at])),
    check: (at) => blacklist.isRevoked(tokenOf(at)),
    'first hit of an address': (at) => exact(`address-${at}`, 100, 3_600_000),
    'further hit of an address': (at) => exact(`address-${at}`, 100, 3_600_000),
    revokeToken: (at) => blacklist.revokeToken(subject(at), `token-${at}`, 900_000),
    'revokeSubject, its session ends': (at) => blacklist.revokeSubject(subject(at)),
  };
  const costs = {};
  for (const [name, act] of Object.entries(steps)) costs[name] = await costOf(redis, act, count);
  client.disconnect();
  return costs;
}

async function costOf({ admin }, act, count) {
  const usedBefore = await used(admin);
  const cpuBefore = await serverCpuUs(admin);
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => act(from + at)));
  const us = ((await serverCpuUs(admin)) - cpuBefore) / count;
  return { bytes: ((await used(admin)) - usedBefore) / count, us };
}

const used = async (admin) => Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))[1]);
