import type { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { freshKeySpace, redisHarness } from '../support/sessions/session-media.js';
import { facts, sessionServices } from '../support/sessions/session-services.js';
import { until } from '../support/until.js';
import { createSessionId, SubjectKeys } from '../../libs/auth/src/subjects/subject-keys.js';

const MANY = 24_000;
// Redis does nothing else meanwhile: what a script is given and what its commands are, in words. A hundred sessions take some 1,300.
const LONGEST_CALL_WORDS = 2_000;

/** KEYS: a record, its index, and the records to be made of it. ARGV: the expiry, and the ids of those. */
const COPIES = `
for place = 3, #KEYS do
  redis.call('COPY', KEYS[1], KEYS[place])
  redis.call('ZADD', KEYS[2], ARGV[1], ARGV[place - 1])
end`;

describe('[10-10] a subject with 24,000 sessions', () => {
  let redis: StandaloneRedis;
  let connection: Redis;
  let services: ReturnType<typeof sessionServices>;

  // A server for each: acknowledged revocations are repeated later, which the next test would see.
  beforeEach(async () => {
    redis = await startStandalone();
    connection = await redis.connect({ enableAutoPipelining: true });
  });
  afterEach(async () => {
    services.blacklist.onApplicationShutdown();
    await redis.stop();
  });

  async function assemble() {
    const keySpace = freshKeySpace();
    const harness = redisHarness(connection, keySpace);
    services = sessionServices(harness);
    const { session } = await services.refresh.open(facts());
    const keys = SubjectKeys.ofSession(keySpace, session.id);
    const expiry = (await connection.zscore(keys.index, session.id))!;
    // Copies, because so many logins would take long, and a login isn't what is tried here.
    for (let done = 0; done < MANY; done += 1_000) {
      const ids = Array.from({ length: 1_000 }, () => createSessionId('ada'));
      const copied = [keys.record(session.id), keys.index, ...ids.map((id) => keys.record(id))];
      await connection.eval(COPIES, copied.length, ...copied, expiry, ...ids);
    }
    return { mine: session.id, ...services };
  }

  /** How long each call was, in words: those of its command, and of all that a script of it ran. */
  async function callsDuring(work: () => Promise<unknown>): Promise<readonly number[]> {
    const monitor = await connection.monitor();
    const calls: number[] = [];
    let isOver = false;
    monitor.on('monitor', (_time: string, words: string[], source: string) => {
      if (words[1] === 'this is the end') isOver = true;
      else if (source === 'lua') calls.push((calls.pop() ?? 0) + words.length);
      else calls.push(words.length);
    });
    await work();
    await connection.echo('this is the end');
    await until('all calls were seen', () => isOver);
    monitor.disconnect();
    return calls;
  }

  it('is listed a page at a time', async () => {
    const { sessions } = await assemble();
    const calls = await callsDuring(async () => {
      const page = await sessions.list('ada');
      expect(page).toHaveLength(100);
      const next = await sessions.list('ada', { limit: 250, after: page.at(-1)! });
      expect(new Set([...page, ...next].map(({ id }) => id)).size).toBe(350);
    });
    expect(calls.length).toBeLessThan(20);
    expect(Math.max(...calls)).toBeLessThan(LONGEST_CALL_WORDS);
  });

  it.each(['revokeOthers', 'revokeAll', 'login'] as const)(
    'is done with by %s, and keeps nobody waiting',
    async (verb) => {
      const { sessions, refresh, mine } = await assemble();
      const calls = await callsDuring(async () => {
        if (verb === 'revokeOthers') await sessions.revokeOthers(mine);
        else if (verb === 'revokeAll') await sessions.revokeAll('ada');
        else await refresh.open(facts());
      });
      const left = { revokeOthers: 1, revokeAll: 0, login: 100 }[verb];
      expect(await sessions.list('ada', { limit: 1_000 })).toHaveLength(left);
      // As few as that size allows, or nearly; what was acknowledged may be repeated meanwhile.
      const long = calls.filter((words) => words > LONGEST_CALL_WORDS / 4).length;
      expect(long).toBeGreaterThanOrEqual(MANY / 110);
      expect(long).toBeLessThan((2 * MANY) / 90);
      expect(Math.max(...calls)).toBeLessThan(LONGEST_CALL_WORDS);
    },
  );
});
