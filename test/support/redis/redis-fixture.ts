import type { Cluster, Redis } from 'ioredis';
import { until } from '../until.js';
import { dismissReaper } from '../reaper.js';
import type { RedisNode } from './redis-node.js';

/** ioredis keeps the process for as long after the end of a client whose server went first. */
export const ENDS_AT_ONCE = { disconnectTimeout: 100 } as const;

const endings = new WeakMap<object, (() => void)[]>();

/**
 * Ends what a spec made over a client, once its servers are stopped. What nobody ends (a journal that repeats revocations, say) goes
 * on trying in all specs that follow in the process.
 */
export function atEndOf(client: object, end: () => void): void {
  const ends = endings.get(client) ?? [];
  endings.set(client, [...ends, end]);
}

/** What a topology hands to its {@link RedisFixture}. */
export interface RedisTopology<Client, ClientOptions> {
  /** How an application would name it: `redis://…`, `redis+cluster://h:p,h:p` or `redis+sentinel://h:p,h:p/name`. */
  readonly url: string;
  /** The servers that hold data; the first was started as a master. */
  readonly nodes: readonly RedisNode[];
  readonly sentinels?: readonly RedisNode[];
  open(options: ClientOptions | undefined): Client;
}

/** Running servers of one topology, and the clients handed out for it. */
export class RedisFixture<Client extends Redis | Cluster, ClientOptions> {
  readonly url: string;
  readonly nodes: readonly RedisNode[];
  readonly sentinels: readonly RedisNode[];
  private readonly clients: Client[] = [];

  constructor(private readonly topology: RedisTopology<Client, ClientOptions>) {
    this.url = topology.url;
    this.nodes = topology.nodes;
    this.sentinels = topology.sentinels ?? [];
  }

  /** A client that is ready; {@link stop} closes it. It outlives outages: errors are swallowed, ioredis reconnects. */
  async connect(options?: ClientOptions): Promise<Client> {
    const client = this.topology.open(options);
    client.on('error', () => {});
    this.clients.push(client);
    if (client.status === 'wait') await client.connect();
    await until(`a client of ${this.url} is ready`, () => client.status === 'ready');
    return client;
  }

  /** SIGKILL to each data node. */
  async kill(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }

  /** SIGSTOP to each data node. */
  async hang(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.hang()));
  }

  /** SIGCONT to each data node. */
  async resume(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.resume()));
  }

  /** Starts each data node again, on its port. */
  async restart(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.restart()));
  }

  /** Closes the clients, ends the servers and removes their folders. */
  async stop(): Promise<void> {
    for (const client of this.clients.splice(0)) {
      for (const end of endings.get(client) ?? []) end();
      client.disconnect();
    }
    await Promise.all([...this.sentinels, ...this.nodes].map((node) => node.dispose()));
    dismissReaper();
  }
}
