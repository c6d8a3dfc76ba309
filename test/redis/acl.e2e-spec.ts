import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';
import { root } from '../docs/markdown.js';
import { slotMigrating } from '../support/redis/faults/index.js';
import { startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import type { RedisNode } from '../support/redis/redis-node.js';
import { Journey } from './journey.js';

const FILE = readFileSync(join(root, 'docs/redis.acl'), 'utf8');
const [RULES = [], WATCHER_RULES = []] = FILE.split('\n').map((line) => line.split(' ').slice(2));
const PERMITTED = RULES.filter((rule) => rule.startsWith('+')).map((rule) => rule.slice(1));
const LOGIN = `gatehouse:${RULES.find((rule) => rule.startsWith('>'))!.slice(1)}`;
const WATCHER = { username: 'gatehouse-watcher', password: 'change-me-too' };

// What ioredis asks for, and does without; and the one question of the boot that shows passwords, too.
const DONE_WITHOUT = ['client|setname', 'client|setinfo', 'config|get'];
// What needs no right, what the tests send, and what servers send each other.
const OF_OTHERS = [
  'auth',
  'hello',
  'quit',
  'acl',
  'config',
  'ping',
  'replconf',
  'psync',
  'multi',
  'exec',
  'pexpireat',
];

type Server = Awaited<ReturnType<typeof startStandalone | typeof startCluster | typeof startSentinel>>;

const topologies: { topology: string; start: () => Promise<Server>; database?: string }[] = [
  { topology: 'stand-alone Redis', start: () => startStandalone(), database: '/1' },
  { topology: 'a Cluster', start: () => startCluster() },
  { topology: 'Sentinel', start: () => startSentinel() },
];

describe('the user of docs/redis.acl', () => {
  const sent = new Set<string>();

  it.each(topologies)('is enough for everything on $topology', async ({ start, database = '' }) => {
    const redis = await start();
    const onEach = (...command: [string, ...string[]]): Promise<unknown[]> =>
      Promise.all(redis.nodes.map((node) => node.command(...command)));
    await onEach('acl', 'setuser', 'gatehouse', ...RULES);
    await onEach('config', 'resetstat');
    const url = redis.url.replace('//', `//${LOGIN}@`) + database;
    for (const each of redis.sentinels)
      await each.command('acl', 'setuser', WATCHER.username, ...WATCHER_RULES);
    const sentinel = redis.sentinels.length > 0 && { sentinel: WATCHER };
    const journey = await Journey.start(() => ({ url, deadline: '5s', ...sentinel }));
    await journey.walk();
    await journey.close();
    for (const node of redis.nodes) for (const command of await sentTo(node)) sent.add(command);
    if (redis.url.includes('+cluster')) await askWhereASlotMoves(redis, url, sent);
    expect(DONE_WITHOUT).toEqual(expect.arrayContaining((await onEach('acl', 'log')).flatMap(refusedIn)));
    for (const each of redis.sentinels)
      expect(DONE_WITHOUT).toEqual(expect.arrayContaining(refusedIn(await each.command('acl', 'log'))));
    await redis.stop();
  });

  it('has no right that nothing needs', () => {
    const ours = [...sent].filter((name) => !OF_OTHERS.includes(name.split('|')[0]!));
    expect(ours.filter((name) => !DONE_WITHOUT.includes(name)).sort()).toEqual([...PERMITTED].sort());
  });
});

async function askWhereASlotMoves({ nodes }: Server, url: string, sent: Set<string>): Promise<void> {
  const stage = { url, nodes, sentinels: [], proxies: [], stop: async () => {} };
  const connection = await openRedis(parseRedisUrl(url)!);
  await connection.call('set', 'gatehouse:{a}:1', 'one');
  const fault = slotMigrating('gatehouse:{a}:*');
  await fault.begin(stage);
  expect(await connection.call('get', 'gatehouse:{a}:1')).toBe('one');
  // Much else is sent to move a slot, but not by us.
  const commands = (await Promise.all(nodes.map(sentTo))).flat();
  if (commands.includes('asking')) sent.add('asking');
  await fault.end(stage);
  connection.disconnect();
}

/** The commands, keys and channels of an ACL LOG. */
function refusedIn(log: unknown): unknown[] {
  return (log as unknown[][]).map((entry) => entry[entry.indexOf('object') + 1]);
}

/** The commands that a server had, those of scripts included. */
async function sentTo(node: RedisNode): Promise<string[]> {
  const statistics = String(await node.command('info', 'commandstats'));
  return [...statistics.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name = '']) => name);
}
