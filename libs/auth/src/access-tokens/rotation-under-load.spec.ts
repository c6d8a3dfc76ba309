import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { GRANT, type TokenParties, tokenParties } from '../../../../test/support/tokens/token-parties.js';
import { until } from '../../../../test/support/until.js';
import { SystemClock } from '../kernel/clock.js';
import { RedisKeyStore } from '../keys/managed/redis-key.store.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';

const OVERLAP = '250ms';

describe('two instances over one Redis', () => {
  let server: StandaloneRedis;
  let instances: [TokenParties, TokenParties];

  beforeAll(async () => {
    server = await startStandalone();
  }, 120_000);

  afterAll(() => server.stop());

  async function instance(keySpace: KeySpace): Promise<TokenParties> {
    const redis = new GuardedRedis(await server.connect(), { keySpace, deadlineMs: 5000 });
    return tokenParties({
      keys: {
        algorithm: 'ES256',
        jwksMaxAge: OVERLAP,
        rotation: { prePublish: OVERLAP, retireAfter: 2000 },
      },
      // Tokens live a second or two, so that old keys retire while the load goes on.
      tokens: { ttl: '1s', clockTolerance: '500ms' },
      longestTokenMs: 1500,
      clock: new SystemClock(),
      store: new RedisKeyStore(redis),
    });
  }

  beforeEach(async () => {
    const keySpace = new KeySpace(randomUUID());
    instances = [await instance(keySpace), await instance(keySpace)];
  });

  afterEach(() => {
    for (const { ring } of instances) ring.close();
  });

  it('[04] refuse not one token while keys rotate five times', async () => {
    const [one, other] = instances;
    const seen = new Set<string>();
    let verified = 0;
    const over = new AbortController();

    const load = async (from: TokenParties, to: TokenParties): Promise<void> => {
      while (!over.signal.aborted) {
        const { token } = await from.issuer.issue(GRANT);
        seen.add(from.ring.active().kid);
        await to.verifier.verify(token);
        verified += 1;
        await turn();
      }
    };
    const loads = Promise.all([load(one, other), load(other, one), load(one, one), load(other, other)]);

    for (let rotation = 0; rotation < 5; rotation += 1) {
      const before = one.ring.active().kid;
      const outcomes = await Promise.all([one.ring.rotate(), other.ring.rotate()]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['already-rotated', 'rotated']);
      expect(new Set(outcomes.map(({ kid }) => kid)).size).toBe(1);
      await until('both sign with the new key', () =>
        instances.every(
          ({ ring }) => ring.active().kid !== before && ring.active().kid === one.ring.active().kid,
        ),
      );
    }
    await until('every key has signed a token', () => seen.size === 6);
    over.abort();
    await loads;
    expect(verified).toBeGreaterThan(100);
  }, 120_000);

  it('[03] refuse the tokens of a compromised key at once on both, cached or not', async () => {
    const [one, other] = instances;
    const { token } = await one.issuer.issue({ ...GRANT, ttlMs: 60_000 });
    for (const { verifier } of instances) await verifier.verify(token);

    const { outcome, compromisedKids } = await one.ring.rotate({ compromised: true });
    expect(outcome).toBe('rotated');
    expect(compromisedKids).toHaveLength(1);
    await expect(one.verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    await until('the other instance has heard of it', () => other.known.find(token) === undefined);
    await expect(other.verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });

    const fresh = await other.issuer.issue(GRANT);
    expect(await one.verifier.verify(fresh.token)).toMatchObject(GRANT);
  });

  it('follow an unknown key id when no signal arrives', async () => {
    const [one, other] = instances;
    other.ring.close();
    await one.ring.rotate({ compromised: true });
    const { token } = await one.issuer.issue(GRANT);
    expect(await other.verifier.verify(token)).toMatchObject(GRANT);
  });
});
