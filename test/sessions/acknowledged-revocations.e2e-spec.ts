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
      const [byToken, bySession, bySubject, other, kept] = (await Promise.all(
        ['token', 'session', 'subject', 'others', 'others'].map(login),
      )) as [Awaited<ReturnType<typeof login>>, ...Awaited<ReturnType<typeof login>>[]];
      const bystander = await login('bystander');
      // What the next server starts from: everything so far, nothing of what follows.
      await connection.save();

      await services.blacklist.revokeToken({ ...byToken, expiresAt: Date.UTC(2100, 0) });
      await services.sessions.revoke(bySession?.sessionId ?? '');
      await services.sessions.revokeAll('subject');
      await services.sessions.revokeOthers(kept?.sessionId ?? '');
      await redis.restart();
      await until('the client is back', () => connection.status === 'ready');

      const isRevoked = async (token: typeof byToken | undefined): Promise<boolean> =>
        token !== undefined && services.blacklist.isRevoked(token);
      expect(await isRevoked(bySession)).toBe(false);
      for (const token of [byToken, bySession, bySubject, other]) {
        await until('it is refused again', () => isRevoked(token), 10_000);
      }
      expect(await services.sessions.get(bySession?.sessionId ?? '')).toBeUndefined();
      expect(await isRevoked(kept)).toBe(false);
      expect(await isRevoked(bystander)).toBe(false);
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
