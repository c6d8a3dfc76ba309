import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { atEndOf } from '../../../../test/support/redis/redis-fixture.js';
import { blacklistSettings, freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { RedisScript } from '../redis/redis-script.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { ManualClock } from '../testing/manual-clock.js';
import { RedisTokenBlacklistStore } from '../token-blacklist/redis-token-blacklist.store.js';
import { accessTokenOf, login, terms, verdictOf } from './contract/session.contract-harness.js';
import { RedisSessionStore } from './redis-session.store.js';

const MINUTE_MS = 60_000;
const lenient = { replayUnconfirmedMs: terms.idleTtlMs };

/** What releases without confirmations do with a record. ARGV 1 generation, 2 reuse window in ms. Reply: the verdict, the facts. */
const earlierRotation = new RedisScript(
  'earlier-rotation',
  `
local created, used, idle, absolute, generation, rotated, epoch = struct.unpack('>ddddddd', redis.call('GETRANGE', KEYS[1], 0, 55))
local now, presented, verdict = now_ms(), tonumber(ARGV[1]), 'reused'
if presented == generation - 1 and math.abs(now - rotated) < tonumber(ARGV[2]) then verdict = 'replayed' end
if presented >= generation then
  verdict = 'rotated'
  redis.call('SETRANGE', KEYS[1], 0, struct.pack('>ddddddd', created, now, idle, absolute, presented + 1, now, epoch))
end
return {verdict, redis.call('GETRANGE', KEYS[1], 56, -1)}
`,
);

describe('[11-C] a record that releases with and without confirmations share', () => {
  let redis: StandaloneRedis;

  beforeAll(async () => {
    redis = await startStandalone();
  });
  afterAll(() => redis.stop());

  /** A session that was opened by this release, and instances of both. */
  async function assemble() {
    const clock = new ManualClock();
    const keySpace = freshKeySpace();
    const connection = await redis.connect();
    const guarded = new GuardedRedis(connection, {
      keySpace,
      deadlineMs: 10_000,
      scriptClock: clock,
    });
    const settings = blacklistSettings();
    const sessions = new RedisSessionStore(guarded, settings);
    const blacklist = new RedisTokenBlacklistStore(guarded, settings);
    atEndOf(connection, () => blacklist.journal.close());
    const harness = { sessions, blacklist, advance: (ms: number) => clock.advance(ms) };
    const session = await login(harness);
    const key = SubjectKeys.ofSession(keySpace, session.id).record(session.id);
    const earlier = async (generation: number): Promise<string> => {
      const reply = await guarded.run(earlierRotation, [key], [generation, terms.reuseWindowMs]);
      const [verdict, facts] = reply as [string, string];
      expect(JSON.parse(facts)).toEqual(session.facts);
      return verdict;
    };
    const use = async (generation: number, lostAnswers = 0) => {
      const token = accessTokenOf(session, session.opened.epoch);
      return blacklist.confirmUse({ ...token, sessionId: session.id, generation, lostAnswers });
    };
    return {
      now: (generation: number) => verdictOf(harness, session, generation, lenient),
      earlier,
      use,
      clock,
    };
  }

  it('is judged by the earlier release as it always was: by the window', async () => {
    for (const isUsed of [true, false]) {
      const { now, earlier, use, clock } = await assemble();
      expect(await now(0)).toBe('rotated');
      if (isUsed) await use(1);
      clock.advance(terms.reuseWindowMs - 1);
      expect(await earlier(0)).toBe('replayed');
      clock.advance(2);
      expect(await earlier(0)).toBe('reused');
      expect(await earlier(1)).toBe('rotated');
      expect(await now(2)).toBe('rotated');
    }
  });

  it('counts as used when the earlier release rotated, whose tokens confirm nothing', async () => {
    const { now, earlier, clock } = await assemble();
    expect(await now(0)).toBe('rotated');
    expect(await earlier(1)).toBe('rotated');
    clock.advance(terms.reuseWindowMs - 1);
    expect(await now(1)).toBe('replayed');
    clock.advance(1);
    expect(await now(1)).toBe('reused');
  });

  it('loses no lost answer when the earlier release rotates', async () => {
    const { now, earlier, use, clock } = await assemble();
    expect(await now(0)).toBe('rotated');
    clock.advance(terms.reuseWindowMs);
    expect(await now(0)).toBe('replayed');
    expect(await earlier(1)).toBe('rotated');
    expect(await use(1, 0)).toBe('revoked');
    expect(await use(1, 1)).toBe('confirmed');
  });

  it('waits for a use again as soon as this release rotates', async () => {
    const { now, earlier, use, clock } = await assemble();
    expect(await earlier(0)).toBe('rotated');
    expect(await now(1)).toBe('rotated');
    clock.advance(MINUTE_MS / 2);
    expect(await now(1)).toBe('replayed');
    await use(2, 1);
    clock.advance(terms.reuseWindowMs);
    expect(await now(1)).toBe('reused');
  });
});
