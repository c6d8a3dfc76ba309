import { startCluster } from '../cluster.js';
import type { RedisNode } from '../redis-node.js';
import { startSentinel } from '../sentinel.js';
import { startStandalone } from '../standalone.js';
import { RedisProxy } from './redis-proxy.js';

/** The user an app connects as where its rights can be taken away; the servers' own `default` keeps its rights. */
export const APP_USER = { name: 'app', password: 'app-password' } as const;

const RIGHTS = '~* &* +@all';
const APPENDING = { appendonly: 'yes', appendfsync: 'always' };
const WITH_USER = { user: `${APP_USER.name} on >${APP_USER.password} ${RIGHTS}` };
const LOGIN = `${APP_USER.name}:${APP_USER.password}@`;

/** Servers of one kind, on which a {@link Fault} can happen. */
export interface Stage {
  /** How an app names it. */
  readonly url: string;
  /** The servers that hold data. */
  readonly nodes: readonly RedisNode[];
  readonly sentinels: readonly RedisNode[];
  /** What stands between the app and its server, on the stage `proxied`. */
  readonly proxies: readonly RedisProxy[];
  stop(): Promise<void>;
}

const stages = {
  /** One server that forgets nothing. */
  standalone: () => alone(APPENDING),
  /** One server that comes back with its last snapshot. */
  snapshots: () => alone({ save: '3600 1' }),
  /** One server that forgets nothing, behind a proxy. */
  proxied: async (): Promise<Stage> => {
    const stage = await alone(APPENDING);
    const proxy = await RedisProxy.start(only(stage));
    return {
      ...stage,
      url: `redis://${LOGIN}${proxy.address}`,
      proxies: [proxy],
      stop: () => proxy.stop().then(() => stage.stop()),
    };
  },
  /** A master and a replica, watched by one sentinel. */
  sentinel: async (): Promise<Stage> => staged(await startSentinel()),
  /** Three masters with a replica each. */
  cluster: async (): Promise<Stage> => staged(await startCluster({ masters: 3, replicas: 1 })),
};

export type StageKind = keyof typeof stages;

/** Starts the servers of a stage. */
export function startStage(kind: StageKind): Promise<Stage> {
  return stages[kind]();
}

/** The one server of a stage that has one. */
export function only({ nodes }: Pick<Stage, 'nodes'>): RedisNode {
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) throw new Error(`Expected one server, found ${nodes.length}`);
  return node;
}

async function alone(config: Record<string, string>): Promise<Stage> {
  const redis = await startStandalone({ config: { ...config, ...WITH_USER } });
  return staged(redis, `redis://${LOGIN}${only(redis).address}`);
}

type Servers = Omit<Stage, 'proxies'>;

function staged(servers: Servers, url = servers.url): Stage {
  const { nodes, sentinels } = servers;
  return { url, nodes, sentinels, proxies: [], stop: () => servers.stop() };
}
