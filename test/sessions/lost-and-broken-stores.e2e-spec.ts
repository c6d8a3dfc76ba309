import { AuthError } from '../../libs/auth/src/kernel/auth-error.js';
import { currentMaster, startSentinel, startStandalone } from '../support/redis/index.js';
import { redisHarness } from '../support/sessions/session-media.js';
import { facts, sessionServices } from '../support/sessions/session-services.js';
import { until } from '../support/until.js';

type Services = ReturnType<typeof sessionServices>;
type Grant = Awaited<ReturnType<Services['refresh']['open']>>;

const accessTokenOf = ({ session, epoch }: Grant) => ({
  tokenId: 'an access token',
  sessionId: session.id,
  subject: session.subject,
  clientId: session.clientId,
  epoch,
});

/** Every operation a request can need, as a word each: an answer, or the code of the refusal. */
async function answersOf({ refresh, blacklist, sessions }: Services, grant: Grant): Promise<string[]> {
  const operations = [
    () => refresh.open(facts()),
    () => refresh.rotate(grant.refreshToken),
    () => blacklist.isRevoked(accessTokenOf(grant)),
    () => blacklist.revokeSession(grant.session.id),
    () => blacklist.revokeSubject('ada'),
    () => blacklist.revokeClient('web'),
    () => blacklist.revokeEverything(),
    () => blacklist.epochFor('ada', 'web'),
    () => sessions.list('ada'),
    () => sessions.revokeOthers(grant.session.id),
  ];
  const answers: string[] = [];
  for (const operation of operations) {
    try {
      await operation();
      answers.push('answered');
    } catch (error) {
      answers.push(error instanceof AuthError ? error.code : String(error));
    }
  }
  return answers;
}

describe('[04-8] sessions when the store loses data or breaks', () => {
  it('FLUSHALL: old refresh tokens are unknown, old access tokens refused, new logins work', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const harness = redisHarness(connection);
      const services = sessionServices(harness);
      const before = await services.refresh.open(facts());
      const bystander = await services.refresh.open(facts({ subject: 'bob' }));
      await services.blacklist.revokeSession(before.session.id);
      await connection.flushall();

      // The store no longer knows who was revoked, so it vouches for nobody.
      for (const grant of [before, bystander]) {
        expect(await services.blacklist.isRevoked(accessTokenOf(grant))).toBe(true);
        expect(await services.refresh.rotate(grant.refreshToken)).toEqual({ verdict: 'unknown' });
      }
      harness.advance(1);
      const after = await services.refresh.open(facts());
      expect(await services.blacklist.isRevoked(accessTokenOf(after))).toBe(false);
      expect(await services.blacklist.isRevoked(accessTokenOf(before))).toBe(true);
      expect((await services.refresh.rotate(after.refreshToken)).verdict).toBe('rotated');
    } finally {
      await redis.stop();
    }
  });

  it('SCRIPT FLUSH: nobody notices', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection));
      const grant = await services.refresh.open(facts());
      await connection.script('FLUSH');
      expect((await services.refresh.rotate(grant.refreshToken)).verdict).toBe('rotated');
      await connection.script('FLUSH');
      expect(new Set(await answersOf(services, grant))).toEqual(new Set(['answered']));
    } finally {
      await redis.stop();
    }
  });

  it('READONLY: every change is store_unavailable, nothing is burnt', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection));
      const grant = await services.refresh.open(facts());
      await services.refresh.open(facts());
      await connection.replicaof('127.0.0.1', 1);
      const answers = await answersOf(services, grant);
      // What only reads goes on: the check, the epoch of a machine's token, the list.
      expect(answers.filter((answer) => answer !== 'store_unavailable')).toEqual(Array(3).fill('answered'));
      expect(await services.blacklist.isRevoked(accessTokenOf(grant))).toBe(false);
      await connection.replicaof('NO', 'ONE');
      expect((await services.refresh.rotate(grant.refreshToken)).verdict).toBe('rotated');
    } finally {
      await redis.stop();
    }
  });

  it('a killed server: every operation is store_unavailable', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection));
      const grant = await services.refresh.open(facts());
      await redis.kill();
      await until('the client noticed', () => connection.status !== 'ready');
      expect(new Set(await answersOf(services, grant))).toEqual(new Set(['store_unavailable']));
    } finally {
      await redis.stop();
    }
  });

  it('failover to a replica: sessions and revocations survive', async () => {
    const redis = await startSentinel({ replicas: 1, sentinels: 3 });
    try {
      const connection = await redis.connect();
      const services = sessionServices(redisHarness(connection));
      const [kept, revoked] = [await services.refresh.open(facts()), await services.refresh.open(facts())];
      await services.blacklist.revokeSession(revoked.session.id);
      await connection.call('wait', 1, 1000);
      const master = await currentMaster(redis);
      await master.kill();
      await until('the replica took over', async () => {
        const outcome = await services.refresh.rotate(kept.refreshToken);
        return outcome.verdict === 'rotated' || outcome.verdict === 'replayed';
      });
      expect(await services.blacklist.isRevoked(accessTokenOf(revoked))).toBe(true);
      expect(await services.refresh.rotate(revoked.refreshToken)).toEqual({ verdict: 'revoked' });
      expect(await services.blacklist.isRevoked(accessTokenOf(kept))).toBe(false);
    } finally {
      await redis.stop();
    }
  }, 120_000);
});
