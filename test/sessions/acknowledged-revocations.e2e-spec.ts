import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { redisHarness } from '../support/sessions/session-media.js';
import { facts, sessionServices } from '../support/sessions/session-services.js';
import { until } from '../support/until.js';

/** Commands the server has run, connecting and looking at it aside. */
async function callsOf(redis: StandaloneRedis): Promise<number> {
  const stats = String(await redis.nodes[0]!.command('info', 'commandstats'));
  const calls = [...stats.matchAll(/^cmdstat_(?!info|client|hello|ping|command)[^:]+:calls=(\d+)/gm)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('[09] acknowledged revocations that a failover loses', () => {
  it('are made again by the instance that acknowledged them; later logins stay', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection));
      const login = async (subject: string) => {
        const { session, epoch } = await services.refresh.open(facts({ subject }));
        return { tokenId: `of-${session.id}`, sessionId: session.id, subject, clientId: 'web', epoch };
      };
      const [byToken, bySession, bySubject, other, kept, expired] = (await Promise.all(
        ['token', 'session', 'subject', 'others', 'others', 'expired'].map(login),
      )) as [Awaited<ReturnType<typeof login>>, ...Awaited<ReturnType<typeof login>>[]];
      const bystander = await login('bystander');
      // What the next server starts from: everything so far, nothing of what follows.
      await connection.save();

      await services.blacklist.revokeToken({ ...byToken, expiresAt: Date.UTC(2100, 0) });
      await services.sessions.revoke(bySession?.sessionId ?? '');
      await services.sessions.revokeAll('subject');
      await services.sessions.revokeOthers(kept?.sessionId ?? '');
      await services.blacklist.expireAccessTokens('expired');
      await redis.restart();
      await until('the client is back', () => connection.status === 'ready');

      const isRevoked = async (token: typeof byToken | undefined): Promise<boolean> =>
        token !== undefined && services.blacklist.isRevoked(token);
      expect(await isRevoked(bySession)).toBe(false);
      for (const token of [byToken, bySession, bySubject, other, expired]) {
        await until('it is refused again', () => isRevoked(token), 10_000);
      }
      expect(await services.sessions.get(bySession?.sessionId ?? '')).toBeUndefined();
      expect(await isRevoked(kept)).toBe(false);
      expect(await services.sessions.get(expired?.sessionId ?? '')).toBeDefined();
      expect(await isRevoked(bystander)).toBe(false);
    } finally {
      await redis.stop();
    }
  });

  it('are made again where they end more sessions than one step does, and only the last steps were lost', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const harness = redisHarness(connection);
      const services = sessionServices(harness, { maxSessionsPerSubject: 0 });
      const opened = await Promise.all(Array.from({ length: 150 }, () => services.refresh.open(facts())));
      const records = (await connection.keys('*:session:*')).map((key) => ({
        key,
        id: key.split(':').at(-1)!,
      }));
      const copies = await Promise.all(records.map(({ key }) => connection.dumpBuffer(key)));
      harness.advance(1);
      await services.sessions.revokeAll('ada');
      const last = records.at(-1)!;
      // A step is lost whole.
      await connection.zadd(
        last.key.replace(/session:.*/, `sessions:${last.id.slice(0, 22)}`),
        harness.clock.now(),
        last.id,
      );
      await connection.restore(last.key, 3_600_000, copies.at(-1)!);
      const { refreshToken } = opened.find(({ session }) => session.id === last.id)!;
      await until('it is ended again', async () => (await connection.exists(last.key)) === 0, 10_000);
      expect(await services.refresh.rotate(refreshToken)).toEqual({ verdict: 'revoked' });
    } finally {
      await redis.stop();
    }
  });

  it('are made again where nobody asked for them: a used refresh token, a login that made room', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection), {
        maxSessionsPerSubject: 1,
        reuseWindow: 0,
      });
      const stolen = await services.refresh.open(facts({ subject: 'ada' }));
      const oldest = await services.refresh.open(facts({ subject: 'bob' }));
      const newest = await services.refresh.rotate(stolen.refreshToken);
      if (newest.verdict !== 'rotated') throw new Error(newest.verdict);
      await connection.save();
      expect(await services.refresh.rotate(stolen.refreshToken)).toEqual({ verdict: 'reused' });
      await services.refresh.open(facts({ subject: 'bob' }));
      await redis.restart();
      await until('the client is back', () => connection.status === 'ready');
      for (const { session } of [stolen, oldest]) {
        const { id } = session;
        await until('it is ended again', async () => (await services.sessions.get(id)) === undefined, 10_000);
      }
      expect(await services.refresh.rotate(newest.refreshToken)).toEqual({ verdict: 'revoked' });
    } finally {
      await redis.stop();
    }
  });

  it('are made again after Redis was away for longer than access tokens live: sessions live on', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const harness = redisHarness(connection).under({ accessTokenLifetimeMs: 1 });
      const { refresh, sessions, blacklist } = sessionServices(harness);
      const { id } = (await refresh.open(facts())).session;
      await connection.save();
      await blacklist.revokeSession(id);
      connection.disconnect();
      await redis.restart();
      const [kept] = harness.blacklist.journal['kinds'].filter(({ entries }) => entries.size > 0);
      const repeated = jest.spyOn(kept!, 'repeat');
      await until('it was tried', () => repeated.mock.calls.length > 0);
      await connection.connect();
      expect(await sessions.get(id)).toBeDefined();
      await until('it is ended again', async () => (await sessions.get(id)) === undefined, 10_000);
    } finally {
      await redis.stop();
    }
  });

  it('that were not lost are left as they are', async () => {
    const redis = await startStandalone();
    try {
      const services = sessionServices(redisHarness(await redis.connect()));
      await services.refresh.open(facts());
      await services.sessions.revokeAll('ada');
      const { session } = await services.refresh.open(facts());
      const epochBefore = await services.blacklist.epochFor('ada', 'web');
      const callsBefore = await callsOf(redis);
      await until('it has been made again', async () => (await callsOf(redis)) > callsBefore);
      expect(await services.sessions.get(session.id)).toEqual(session);
      expect(await services.blacklist.epochFor('ada', 'web')).toBe(epochBefore);
    } finally {
      await redis.stop();
    }
  });
});
