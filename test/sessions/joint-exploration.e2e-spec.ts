import type { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import {
  type Bounds,
  EVERYTHING,
  exploreJointly,
  type JointExploration,
  replayJointly,
} from '../support/sessions/protocol/joint-explore.js';
import type { JointStoresOptions } from '../support/sessions/protocol/joint-stores.js';
import { memoryBugs } from '../support/sessions/protocol/planted-memory-bugs.js';
import { bugsOfSeveralSessions, withBug } from '../support/sessions/protocol/planted-script-bugs.js';
import { soundScripts } from '../support/sessions/protocol/scripts.js';
import { jointly } from '../support/sessions/protocol/settings.js';
import { seedOf } from '../support/sessions/protocol/ways.js';
import { WorldServer } from '../support/sessions/protocol/world-server.js';

const { EXPLORE, REPLAY } = process.env;

/**
 * One person with a phone and a laptop, logged in one after the other, through two clients; a thief who may copy what the phone holds at
 * any time; a third login, for which one of the two sessions has to make room; somebody who revokes; and two instances. All on the
 * real memory store and on the real scripts of Redis, step by step and alike.
 *
 * A refresh is presented, decided and received. A login and a revocation are as many steps as the Redis stores need calls, and anything
 * may happen between two of them. Each may end after each step: the instance has crashed, or the answer is lost, and the client asks again. Instances start
 * anew, and one of them has a clock that is 20 seconds ahead. Time passes: the reuse window, the lifetime of the access tokens, and almost that of the sessions.
 *
 * In every world:
 * - Whoever is honest is logged out by a revocation, an eviction, a thief's use or the end of its session, and by nothing else.
 * - What was revoked is refused from that step on by either instance, to the last moment of its lifetime: tokens, sessions, and logins under way.
 *   Nothing else is refused.
 * - A refresh token has one successor, for good. What has ended stays ended.
 * - The sessions listed are those that live, never more than the limit; the one that has been idle longest makes room.
 * - Each key expires, the revision alone does not. Instances that follow the feed hear of each revocation and each lost answer.
 * - Memory and Redis answer alike.
 */
describe('all ways from two logins of one person, explored on Redis and in memory', () => {
  let redis: StandaloneRedis;
  let connection: Redis;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
  });

  afterAll(() => redis.stop());

  const sound = (): JointStoresOptions => jointly({ server: new WorldServer(connection, soundScripts) });

  it.each<readonly [what: string, bounds: Bounds, found: JointExploration]>([
    [
      'whatever happens',
      { depth: 4, may: EVERYTHING },
      { depth: 4, worlds: 7136, moves: 13121, states: 2393, runs: 4981 },
    ],
    [
      'a login and a revocation',
      { depth: Infinity, may: { logins: 1, revocations: 1 } },
      { depth: 16, worlds: 3373, moves: 10125, states: 183, runs: 818 },
    ],
    [
      'a login and a refresh',
      { depth: Infinity, may: { logins: 1, requests: 1 } },
      { depth: 17, worlds: 3504, moves: 12614, states: 48, runs: 360 },
    ],
    [
      'a refresh, a revocation and time',
      { depth: Infinity, may: { requests: 1, revocations: 1, waits: 1 } },
      { depth: 12, worlds: 16882, moves: 43470, states: 1284, runs: 4104 },
    ],
  ])('%s: none of them goes wrong', async (_what, bounds, found) => {
    expect(await exploreJointly(sound(), bounds)).toEqual(found);
  });

  it.each(bugsOfSeveralSessions)('find a planted bug of the scripts: $bug', async (bug) => {
    const server = new WorldServer(connection, withBug(bug));
    const explored = exploreJointly(jointly({ server, isRedisAlone: true }), bug);
    await expect(explored).rejects.toThrow(bug.found);
  });

  it.each(memoryBugs)('find a planted bug of memory: $bug', async ({ make, found, ...bounds }) => {
    const explored = exploreJointly(jointly({ server: undefined, makeMemory: make }), bounds);
    await expect(explored).rejects.toThrow(found);
  });

  it('find a way that can be gone again, with what went wrong, and without', async () => {
    const bug = bugsOfSeveralSessions.find(({ may }) => may.logins === 1)!;
    const spoilt = (): JointStoresOptions =>
      jointly({ server: new WorldServer(connection, withBug(bug)), isRedisAlone: true });
    const seed = await seedOf(exploreJointly(spoilt(), bug));
    const told: string[] = [];
    await expect(replayJointly(spoilt(), seed, (line) => told.push(line))).rejects.toThrow(bug.found);
    expect(told).toHaveLength(seed.split('/')[1]!.split('.').length);
    expect(told[0]).toMatch(
      /the beginning\n[^]*phone: [^]*session a: [^]*redis w:\{_6\}:all, \d+ s: \d+\n[^]*memory \{/,
    );
    await replayJointly(sound(), seed, (line) => told.push(line));
    expect(told.at(-1)).toContain('tablet: ');
  });

  if (EXPLORE !== undefined)
    it('go as far as told', async () => {
      const began = process.hrtime.bigint();
      const explored = await exploreJointly(sound(), boundsOf(EXPLORE));
      const seconds = Math.round(Number(process.hrtime.bigint() - began) / 1e9);
      process.stderr.write(`${JSON.stringify({ ...explored, seconds })}\n`);
    }, 86_400_000);

  if (REPLAY?.includes('/'))
    it('go the way that was told', () =>
      replayJointly(sound(), REPLAY, (line) => void process.stderr.write(`${line}\n`)));
});

/** `7`: whatever happens, so deep. `logins=1 requests=2`: what may happen, and how often, until nothing new is found; with `depth=9` so deep. */
function boundsOf(text: string): Bounds {
  if (/^\d+$/.test(text)) return { depth: Number(text) };
  const named = Object.fromEntries(text.split(' ').map((each) => each.split('=')));
  const { depth = Infinity, ...may } = mapped(named);
  return { depth, may };
}

function mapped(named: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(named).map(([name, count]) => [name, Number(count)]));
}
