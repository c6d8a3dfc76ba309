import type { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { explore, replaySession } from '../support/sessions/exploration/explore.js';
import { plantedBugs } from '../support/sessions/exploration/planted-bugs.js';
import { StoredStores } from '../support/sessions/exploration/stored-stores.js';
import { soundStores } from '../support/sessions/protocol/memory-worlds.js';
import { bugsOfOneSession, withBug } from '../support/sessions/protocol/planted-script-bugs.js';
import { soundScripts } from '../support/sessions/protocol/scripts.js';
import { seedOf } from '../support/sessions/protocol/ways.js';
import { WorldServer } from '../support/sessions/protocol/world-server.js';

const { EXPLORE, REPLAY } = process.env;
/** The first steps in CI, and all of them for whoever asks. */
const [WALKED, FOUND] =
  EXPLORE === undefined
    ? [12, { depth: 12, worlds: 5854, moves: 42_852 }]
    : [Infinity, { depth: 41, worlds: 82_624, moves: 1_063_352 }];

/**
 * One session on the real memory store and, in lockstep, on the real scripts of Redis, its owner's client, a thief who may copy what the
 * client holds at any time, and two instances that verify access tokens. Every refresh is three steps (presented, decided,
 * received), and may end between any two of them: the instance or the network has failed. Two refreshes of the client may
 * overlap, and one of the thief, who tries whatever it has. Instances start anew, the reuse window passes, and a
 * failover may lose that an access token was used.
 *
 * In every world: a client whose tokens nobody else has used is never logged out; a token whose successor was used gets
 * nothing, but within the window (and unless that use was lost); a token has one successor, for good; of answers that are
 * further apart than the window one is good, however often the session is refreshed afterwards; what has ended stays ended; and once client and thief have used what they have,
 * twice each, the session has ended.
 *
 * Assumed of an honest client: it presents its newest token, keeps an answer before it uses it, and no request of it takes
 * longer than the window.
 */
describe('[11-C] all ways from a login, explored', () => {
  let redis: StandaloneRedis;
  let connection: Redis;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
  });

  afterAll(() => redis.stop());

  it(`do not go wrong, as far as told: in ${FOUND.depth} steps`, async () => {
    const server = new WorldServer(connection, soundScripts);
    expect(await explore(new StoredStores(server), WALKED)).toEqual(FOUND);
  }, 300_000);

  it.each(bugsOfOneSession)('find a planted bug of the scripts: $bug', async (bug) => {
    const stores = new StoredStores(new WorldServer(connection, withBug(bug)), soundStores, true);
    await expect(explore(stores)).rejects.toThrow(bug.found);
  });

  it.each(plantedBugs)(
    'find a planted bug: $bug',
    async ({ make, found }) => {
      await expect(explore(new StoredStores(undefined, make))).rejects.toThrow(found);
    },
    120_000,
  );

  it('find a way that can be gone again, with what went wrong, and without', async () => {
    const [, bug] = bugsOfOneSession;
    const server = new WorldServer(connection, withBug(bug!));
    const seed = await seedOf(explore(new StoredStores(server, soundStores, true)));
    const told: string[] = [];
    const again = replaySession(new StoredStores(server, soundStores, true), seed, (line) => told.push(line));
    await expect(again).rejects.toThrow(bug!.found);
    expect(told[0]).toContain('the beginning');
    expect(told).toHaveLength(seed.split('.').length);
    const sound = new StoredStores(new WorldServer(connection, soundScripts));
    await replaySession(sound, seed, (line) => told.push(line));
    expect(told).toHaveLength(2 * seed.split('.').length + 1);
  });

  if (REPLAY !== undefined && !REPLAY.includes('/'))
    it('go the way that was told', () => {
      const stores = new StoredStores(new WorldServer(connection, soundScripts));
      return replaySession(stores, REPLAY, (line) => void process.stderr.write(`${line}\n`));
    });
});
