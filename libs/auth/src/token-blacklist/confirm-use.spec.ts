import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { redisHarness, type SessionHarness } from '../../../../test/support/sessions/session-media.js';
import {
  accessTokenWith,
  facts,
  sessionServices,
} from '../../../../test/support/sessions/session-services.js';
import type { RefreshedToken } from './token-blacklist.store.js';

describe('[11-C] the first use of a token, on a Redis that takes no writes', () => {
  let redis: StandaloneRedis;
  let harness: SessionHarness;
  let used: RefreshedToken;
  let revoked: RefreshedToken;

  const refreshed = async (): Promise<RefreshedToken> => {
    const { refresh } = sessionServices(harness);
    const outcome = await refresh.rotate((await refresh.open(facts())).refreshToken);
    if (!('refreshToken' in outcome)) throw new Error('not rotated');
    return accessTokenWith(outcome);
  };

  beforeEach(async () => {
    redis = await startStandalone();
    harness = redisHarness(await redis.connect());
    [used, revoked] = [await refreshed(), await refreshed()];
    await harness.blacklist.revokeSession(revoked.sessionId);
    // The server learns the script.
    await harness.blacklist.confirmUse(await refreshed());
  });
  afterEach(() => redis.stop());

  it('is checked all the same, and confirmed the next time: it is a replica', async () => {
    const [node] = redis.nodes;
    await node!.command('replicaof', '127.0.0.1', '1');
    expect(await harness.blacklist.confirmUse(used)).toBe('unconfirmed');
    expect(await harness.blacklist.confirmUse(revoked)).toBe('revoked');
    await node!.command('replicaof', 'no', 'one');
    expect(await harness.blacklist.confirmUse(used)).toBe('confirmed');
  });

  it('is confirmed at once where it is full: that needs no memory', async () => {
    const [node] = redis.nodes;
    await node!.command('config', 'set', 'maxmemory', '1');
    expect(await harness.blacklist.confirmUse(used)).toBe('confirmed');
    expect(await harness.blacklist.confirmUse(revoked)).toBe('revoked');
  });
});
