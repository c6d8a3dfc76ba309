import { openRedis } from '../../../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../../../libs/auth/src/redis/redis-connection.js';
import { parseRedisUrl } from '../../../../libs/auth/src/redis/redis-url.js';
import { until } from '../../until.js';
import {
  busy,
  clusterFailover,
  clusterMasterLost,
  cut,
  type Fault,
  flushed,
  full,
  hung,
  killed,
  noPermission,
  olderSnapshot,
  readOnly,
  refused,
  sentinelFailover,
  sentinelMasterLost,
  silent,
  silentForGood,
  slotMigrating,
  slow,
  type Stage,
  type StageKind,
  startStage,
  userOff,
  wrongPassword,
} from './index.js';

const KEYS = ['{a}:1', '{a}:2', '{a}:3', '{a}:4'];
const VALUES = ['one', 'two', 'three', 'four'];
const MEANWHILE = '{a}:meanwhile';
const A_KEY = '{a}:*';
const GONE = /closed|isn't writeable|reset|max retries/i;
const NOTHING = 'no answer';

/** What a client feels: an error, or no answer at all; `undefined` where it may go on. */
interface Case {
  readonly fault: Fault;
  readonly write?: RegExp;
  readonly read?: RegExp;
  /** What is there at the end, where it isn't what was there before and, perhaps, what was written meanwhile. */
  readonly left?: readonly (string | null)[];
}

const NO_ANSWER = /^no answer$/;
const NOTHING_OR_GONE = new RegExp(`${NO_ANSWER.source}|${GONE.source}`, 'i');
const table: Readonly<Record<StageKind, readonly Case[]>> = {
  standalone: [
    { fault: killed(), write: GONE, read: GONE },
    { fault: hung(), write: NO_ANSWER, read: NO_ANSWER },
    { fault: readOnly(), write: /^READONLY/ },
    { fault: full(), write: /^OOM/ },
    { fault: busy(), write: /^BUSY/, read: /^BUSY/ },
    { fault: noPermission(), write: /^NOPERM/, read: /^NOPERM/ },
    { fault: wrongPassword(), write: GONE, read: GONE },
    { fault: userOff(), write: GONE, read: GONE },
    { fault: flushed(), left: [null, null, null, null, '1'] },
  ],
  snapshots: [{ fault: olderSnapshot(), left: [...VALUES, null] }],
  proxied: [
    { fault: silent('accepted'), write: NO_ANSWER, read: NO_ANSWER },
    { fault: silent('refused'), write: NO_ANSWER, read: NO_ANSWER },
    { fault: slow(60_000), write: NO_ANSWER, read: NO_ANSWER },
    { fault: cut(), write: GONE, read: GONE },
    { fault: refused(), write: GONE, read: GONE },
    { fault: silentForGood('accepted'), write: NO_ANSWER, read: NO_ANSWER },
  ],
  sentinel: [
    { fault: sentinelMasterLost('killed'), write: GONE, read: GONE },
    // The sentinels may tell of the next master before the patience is over.
    { fault: sentinelMasterLost('hung'), write: NOTHING_OR_GONE, read: NOTHING_OR_GONE },
    { fault: sentinelFailover() },
  ],
  cluster: [
    { fault: slotMigrating(A_KEY), read: /TRYAGAIN|Too many Cluster redirections/ },
    { fault: clusterFailover(A_KEY) },
    { fault: clusterMasterLost('hung', A_KEY) },
    // The last one: the master stays away.
    { fault: clusterMasterLost('killed', A_KEY), write: /./, read: /./ },
  ],
};

describe.each(Object.entries(table))('faults on the stage %s', (kind, cases) => {
  let stage: Stage;
  let client: RedisConnection;

  beforeAll(async () => {
    stage = await startStage(kind as StageKind);
  });
  beforeEach(async () => {
    client = await openRedis(parseRedisUrl(stage.url)!);
    await until('the values are there', async () => {
      await client.call('del', MEANWHILE);
      return (await client.call('mset', ...KEYS.flatMap((key, index) => [key, VALUES[index]!]))) === 'OK';
    });
  });
  afterEach(() => client.disconnect());
  afterAll(() => stage.stop());

  const write = (): Promise<unknown> => client.call('set', MEANWHILE, 1);
  const read = (keys = KEYS): Promise<unknown> => client.call('mget', ...keys);

  /** What comes of a command; some seconds of silence are none. A client of a Cluster repeats for a moment by itself. */
  const outcome = (command: Promise<unknown>): Promise<string> => {
    let alarm: NodeJS.Timeout | undefined;
    const patienceMs = kind === 'cluster' ? 5_000 : 500;
    const silence = new Promise<string>((done) => (alarm = setTimeout(() => done(NOTHING), patienceMs)));
    const said = command.then(
      () => 'answered',
      (error: Error) => error.message,
    );
    return Promise.race([said, silence]).finally(() => clearTimeout(alarm));
  };

  it.each(cases)('$fault.name', async ({ fault, write: refusal, read: silence, left }) => {
    expect(fault.media).toContain(kind);
    await fault.begin(stage);
    try {
      const felt = { read: await outcome(read()), write: await outcome(write()) };
      if (silence !== undefined) expect(felt.read).toMatch(silence);
      if (refusal !== undefined) expect(felt.write).toMatch(refusal);
    } finally {
      await fault.end(stage);
    }
    client.disconnect();
    client = await openRedis(parseRedisUrl(stage.url)!);
    await until('a new client reads', () => read().then(Array.isArray));
    expect(await read()).toEqual(left?.slice(0, KEYS.length) ?? VALUES);
    if (left !== undefined) expect(await read([...KEYS, MEANWHILE])).toEqual(left);
    await until('a new client writes', () => write().then((answer) => answer === 'OK'));
  });
});
