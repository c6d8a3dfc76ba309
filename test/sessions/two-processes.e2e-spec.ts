import { randomId } from '../../libs/auth/src/kernel/opaque.js';
import type { RefreshOutcome, OpenedSession } from '../../libs/auth/src/sessions/refresh-outcome.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import { SessionInstance } from '../support/sessions/session-instances.js';

const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

const tally = (outcomes: readonly RefreshOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { verdict } of outcomes) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
};

const granted = (outcomes: readonly RefreshOutcome[]): OpenedSession[] =>
  outcomes.filter((outcome): outcome is Extract<RefreshOutcome, OpenedSession> => 'refreshToken' in outcome);

const accessTokenOf = ({ session, epoch }: OpenedSession) => ({
  tokenId: randomId(),
  sessionId: session.id,
  subject: session.subject,
  clientId: session.clientId,
  epoch,
});

describe.each(media)('two processes on $name', ({ start }) => {
  let redis: Awaited<ReturnType<typeof start>>;
  let a: SessionInstance;
  let b: SessionInstance;

  beforeAll(async () => {
    redis = await start();
    const secret = randomId();
    [a, b] = await Promise.all([
      SessionInstance.start(redis.url, 'race', secret),
      SessionInstance.start(redis.url, 'race', secret),
    ]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([a.stop(), b.stop()]);
    await redis.stop();
  });

  const soon = (): number => Date.now() + 30;

  it.each([50, 100])(
    '[04-1] give %i simultaneous refreshes one successor and log nobody out',
    async (count) => {
      for (let round = 0; round < 10; round++) {
        const { refreshToken } = await a.login(`racer-${count}-${round}`);
        const at = soon();
        const outcomes = (
          await Promise.all([a.refresh(refreshToken, count / 2, at), b.refresh(refreshToken, count / 2, at)])
        ).flat();
        expect(tally(outcomes)).toEqual({ rotated: 1, replayed: count - 1 });
        const successors = new Set(granted(outcomes).map((grant) => grant.refreshToken));
        expect(successors.size).toBe(1);
        const [next] = await b.refresh([...successors][0] ?? '', 1);
        expect(next?.verdict).toBe('rotated');
      }
    },
  );

  it('[04-2] answer a retry after a lost response on the other process with the same token', async () => {
    const { refreshToken } = await a.login('retrier');
    const [first] = granted(await a.refresh(refreshToken, 1));
    const [retry] = granted(await b.refresh(refreshToken, 1));
    expect(retry?.refreshToken).toBe(first?.refreshToken);
  });

  it.each(['session', 'subject'] as const)(
    '[04-5] leave nothing alive when a %s is revoked on one while the other refreshes',
    async (what) => {
      const seen = new Set<string>();
      for (let round = 0; round < 30; round++) {
        const subject = `victim-${what}-${round}`;
        const login = await a.login(subject);
        const at = soon();
        const revoked =
          what === 'session'
            ? b.revokeSession(login.session.id, at + (round % 3))
            : b.revokeSubject(subject, at + (round % 3));
        const outcomes = await a.refresh(login.refreshToken, 25, at);
        await revoked;
        for (const { verdict } of outcomes) seen.add(verdict);
        for (const grant of [login, ...granted(outcomes).slice(0, 2)]) {
          expect(await a.isRevoked(accessTokenOf(grant))).toBe(true);
          expect(tally(await b.refresh(grant.refreshToken, 1))).toEqual({ revoked: 1 });
        }
      }
      expect([...seen].every((verdict) => ['rotated', 'replayed', 'revoked'].includes(verdict))).toBe(true);
    },
  );

  it('[04-6] let a login live that comes with the revocation of its subject, or kill it as a whole', async () => {
    for (let round = 0; round < 20; round++) {
      const subject = `reborn-${round}`;
      const [grant] = await Promise.all([a.login(subject), b.revokeSubject(subject)]);
      const [outcome] = await b.refresh(grant.refreshToken, 1);
      const alive = outcome?.verdict === 'rotated';
      expect(await b.isRevoked(accessTokenOf(grant))).toBe(!alive);
    }
  });

  it('[04-3] [04-4] [04-7] find reuse across processes and spare the other session of the user', async () => {
    const [stolen, other] = [await a.login('owner'), await a.login('owner')];
    const [child] = granted(await a.refresh(stolen.refreshToken, 1));
    await b.refresh(child?.refreshToken ?? '', 1);
    expect(tally(await a.refresh(stolen.refreshToken, 1))).toEqual({ reused: 1 });
    expect(await b.isRevoked(accessTokenOf(stolen))).toBe(true);
    expect(tally(await b.refresh(other.refreshToken, 1))).toEqual({ rotated: 1 });
  });
});
