import type { RedisNode } from '../support/redis/index.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import type { RefreshedToken } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { redisHarness } from '../support/sessions/session-media.js';
import { accessTokenWith, facts, sessionServices } from '../support/sessions/session-services.js';

const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

const SENT_BY_US = ['mget', 'evalsha', 'eval', 'getrange', 'exists', 'zrange', 'setrange'];

/** Calls by command over all nodes since the last reset; what scripts call inside is left out where it can be told. */
async function callsOf(nodes: readonly RedisNode[]): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  for (const node of nodes) {
    const stats = String(await node.command('info', 'commandstats'));
    for (const [, name = '', count] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
      if (SENT_BY_US.includes(name)) calls[name] = (calls[name] ?? 0) + Number(count);
    }
  }
  return calls;
}

describe.each(media)('round trips on $name', ({ start }) => {
  it('a check is one command, shared by concurrent ones; a login one script, a refresh one read and one script', async () => {
    const redis = await start();
    try {
      const harness = redisHarness(await redis.connect());
      const { refresh, blacklist } = sessionServices(harness);
      const measure = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
        await work();
        await Promise.all(redis.nodes.map((node) => node.command('config', 'resetstat')));
        await work();
        return callsOf(redis.nodes);
      };
      const grant = await refresh.open(facts());
      const { id: sessionId, subject, clientId } = grant.session;
      const token = { tokenId: 'x', sessionId, subject, clientId, epoch: grant.epoch };
      expect(await measure(async () => blacklist.isRevoked(token))).toEqual({ mget: 1 });
      const many = (): Promise<boolean[]> =>
        Promise.all(Array.from({ length: 100 }, async () => blacklist.isRevoked(token)));
      expect(await measure(many)).toEqual({ mget: 1 });
      // Each script reads the three epochs with one MGET of its own, and this one begins with what a full server refuses. Its EXISTS
      // tells whether the session was ended before it was opened.
      const opening = { evalsha: 1, setrange: 1, mget: 1, exists: 1 };
      expect(await measure(() => refresh.open(facts()))).toEqual(opening);
      let { refreshToken } = grant;
      const rotate = async (): Promise<void> => {
        const outcome = await refresh.rotate(refreshToken);
        if ('refreshToken' in outcome) refreshToken = outcome.refreshToken;
      };
      // The script reads the record with a GETRANGE of its own.
      expect(await measure(rotate)).toEqual({ getrange: 2, setrange: 1, evalsha: 1, mget: 1 });
    } finally {
      await redis.stop();
    }
  });

  it('[11-C] the first use of a token is one script in place of the check, and a single write however many there are', async () => {
    const redis = await start();
    try {
      const harness = redisHarness(await redis.connect());
      const { refresh } = sessionServices(harness);
      const callsDuring = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
        await Promise.all(redis.nodes.map((node) => node.command('config', 'resetstat')));
        await work();
        return callsOf(redis.nodes);
      };
      const refreshed = async () => {
        const login = await refresh.open(facts());
        const outcome = await refresh.rotate(login.refreshToken);
        if (!('refreshToken' in outcome)) throw new Error('not rotated');
        return accessTokenWith(outcome);
      };
      const use = async (token: RefreshedToken) => harness.blacklist.confirmUse(token);
      // The server learns the script.
      await use(await refreshed());
      const token = await refreshed();
      // The script checks with one MGET of its own, and reads the record with a GETRANGE.
      const checked = { evalsha: 1, mget: 1, getrange: 1 };
      expect(await callsDuring(() => use(token))).toEqual({ ...checked, setrange: 1 });
      expect(await callsDuring(() => use(token))).toEqual(checked);
      const another = await refreshed();
      const uses = Array.from({ length: 50 }, () => another);
      expect((await callsDuring(() => Promise.all(uses.map(use))))['setrange']).toBe(1);
    } finally {
      await redis.stop();
    }
  });
});
