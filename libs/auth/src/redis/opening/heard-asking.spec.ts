import type { Cluster } from 'ioredis';
import { slotMigrating, type Stage, startStage } from '../../../../../test/support/redis/faults/index.js';
import { until } from '../../../../../test/support/until.js';
import { openRedis } from '../open-redis.js';
import { slotOf } from '../outage/server-of.js';
import { parseRedisUrl } from '../redis-url.js';

describe('a server that goes away while a slot moves to it', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage('cluster');
  });
  afterAll(() => stage.stop());

  it('leaves no rejection behind that nobody handles', async () => {
    const connection = await openRedis(parseRedisUrl(stage.url)!);
    const cluster = connection as unknown as Cluster;
    await connection.call('set', '{a}:1', 'one');
    await connection.call('set', '{a}:2', 'two');
    const from = cluster.slots[slotOf('{a}')]![0];
    const fault = slotMigrating('{a}:*');
    await fault.begin(stage);
    // Of which only the new server can know; the first question opens the connection to it.
    expect(await connection.call('get', '{a}:none')).toBeNull();
    const others = cluster
      .nodes('master')
      .filter(({ options }) => `${options.host}:${options.port}` !== from);
    const hung = stage.nodes.filter(({ address }) => address !== from);
    await Promise.all(hung.map((node) => node.hang()));
    const refused = connection.call('get', '{a}:none').then(
      () => 'answered',
      () => 'refused',
    );
    // The announcement has gone out, and the question behind it.
    await until('the new server is asked', () => others.some((node) => commandsOf(node) >= 2));
    for (const node of others) node.disconnect();
    await until('both connections are gone', () => others.every(({ status }) => status === 'end'));
    await Promise.all(hung.map((node) => node.resume()));
    // ioredis finds another way, or gives up; a rejection that nobody handles fails the test by itself.
    expect(['answered', 'refused']).toContain(await refused);
    await fault.end(stage);
    connection.disconnect();
  });
});

/** Commands without an answer so far. */
function commandsOf(node: object): number {
  return (node as { readonly commandQueue: { readonly length: number } }).commandQueue.length;
}
