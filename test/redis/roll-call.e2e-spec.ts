import type { Cluster } from 'ioredis';
import { type ClusterRedis, type RedisNode, startCluster } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { slotOf } from '../../libs/auth/src/redis/outage/server-of.js';

// Long, so that what a busy machine adds is no second one.
const DEADLINE_MS = 1_500;
const SLOTS_EACH = 16_384 / 3;

/** A key of each master. */
const KEYS = [0, 1, 2].map((master) => {
  for (let tag = 0; ; tag++)
    if (Math.floor(slotOf(`test:{${tag}}`) / SLOTS_EACH) === master) return `test:{${tag}}`;
});

describe('several servers of a Cluster that hang', () => {
  let cluster: ClusterRedis;
  let client: Cluster;
  let redis: GuardedRedis;

  beforeAll(async () => {
    // A cluster that finds masters failed would refuse everything.
    cluster = await startCluster({ masters: 3, config: { 'cluster-node-timeout': '60000' } });
  });
  beforeEach(async () => {
    client = await cluster.connect();
    redis = new GuardedRedis(client, { keySpace: new KeySpace('test'), deadlineMs: DEADLINE_MS });
    for (const key of KEYS) await redis.call('set', key, 'there');
  });
  afterEach(async () => {
    await cluster.resume();
    redis.close();
  });
  afterAll(() => cluster.stop());

  const masters = (...places: number[]): readonly RedisNode[] => places.map((place) => cluster.nodes[place]!);
  const hang = (...places: number[]) => Promise.all(masters(...places).map((node) => node.hang()));
  const answer = (place: number): Promise<unknown> =>
    redis.call('get', KEYS[place]!).catch((error: { code: string }) => error.code);

  /** What a request is told that asks one server after the other, and how many deadlines it has waited. */
  async function request(
    ...places: number[]
  ): Promise<readonly [answers: readonly unknown[], deadlines: number]> {
    const startedAt = performance.now();
    const answers: unknown[] = [];
    for (const place of places) answers.push(await answer(place));
    return [answers, Math.floor((performance.now() - startedAt) / DEADLINE_MS)];
  }

  it.each([
    { hung: [0, 1], asked: [0, 1] },
    { hung: [0, 1, 2], asked: [2, 0, 1] },
  ])(
    '[09] cost a request one deadline, though it asks one after the other: $hung',
    async ({ hung, asked }) => {
      await hang(...hung);
      expect(await request(...asked)).toEqual([asked.map(() => 'store_unavailable'), 1]);
      await cluster.resume();
      await until('all are asked again', async () => {
        const answers = await Promise.all(asked.map(answer));
        return answers.every((each) => each === 'there');
      });
    },
  );

  it('cost nothing where another one answers', async () => {
    await hang(0, 1);
    expect(await request(0, 2, 1, 2)).toEqual([
      ['store_unavailable', 'there', 'store_unavailable', 'there'],
      1,
    ]);
  });

  it('are not taken for silent when the call that waited is answered after all', async () => {
    await hang(0, 1);
    const asked = answer(0);
    await until('the others are asked as well', async () => hasPending(client, cluster.nodes[1]!));
    await masters(0)[0]!.resume();
    expect(await asked).toBe('there');
    const late = answer(1);
    await masters(1)[0]!.resume();
    expect(await late).toBe('there');
  });
});

/** Whether a node owes answers. */
function hasPending(client: Cluster, { port }: RedisNode): boolean {
  const node = client.nodes().find(({ options }) => options.port === port) as unknown as {
    readonly commandQueue: { readonly length: number };
  };
  return node.commandQueue.length > 0;
}
