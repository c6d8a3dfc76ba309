import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { type RedisFixture, startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';

/** A network that forgets the connections it has, and tells nobody. */
class ForgetfulNetwork {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      for (const socket of [client, server]) this.#sockets.add(socket.on('error', () => {}));
      client.pipe(server).pipe(client);
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as { port: number };
    return `redis://127.0.0.1:${port}`;
  }

  /** What is connected now reaches nobody any more; new connections do. */
  forget(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

describe('a server that goes silent', () => {
  let server: Pick<RedisFixture<never, never>, 'url' | 'nodes' | 'sentinels' | 'stop'>;
  let connection: RedisConnection | undefined;

  afterEach(async () => {
    connection?.disconnect();
    await server.stop();
  });

  const open = async (url: string): Promise<RedisConnection> =>
    (connection = await openRedis(parseRedisUrl(url)!));

  it('gets a new connection when the network has forgotten the old one', async () => {
    server = await startStandalone();
    const network = new ForgetfulNetwork(server.nodes[0]!.port);
    const opened = await open(await network.listen());
    network.forget();
    const unanswered = opened.call('get', 'x');
    await expect(unanswered).rejects.toThrow('max retries per request');
    await until('the new connection answers', async () => (await opened.call('get', 'x')) === null);
    network.close();
  });

  it('is given up before it was ready as well', async () => {
    server = await startStandalone();
    await server.nodes[0]!.hang();
    const opened = await open(server.url);
    let closed = 0;
    opened.on('close', () => (closed += 1));
    await until('it is tried a second time', () => closed > 1);
    await server.nodes[0]!.resume();
    await until('it is ready', () => opened.status === 'ready');
  });

  it('loses its place among the nodes of a Cluster', async () => {
    server = await startCluster();
    const opened = await open(server.url);
    const lost: unknown[] = [];
    opened.on('-node', () => lost.push(1));
    for (const key of ['{a}', '{b}', '{c}']) await opened.call('get', key);
    await Promise.all(server.nodes.map((node) => node.hang()));
    const unanswered = ['{a}', '{b}', '{c}'].map((key) => opened.call('get', key));
    await Promise.allSettled(unanswered);
    await until('no node is trusted any more', () => lost.length >= 3);
    await Promise.all(server.nodes.map((node) => node.resume()));
    await until('it answers again', async () => (await opened.call('get', '{a}')) === null);
  });

  it('is passed over when it is a sentinel', async () => {
    server = await startSentinel({ sentinels: 2 });
    await server.sentinels[0]!.hang();
    const opened = await open(server.url);
    await until('it is ready by way of the other', () => opened.status === 'ready');
    await server.sentinels[0]!.resume();
  });
});
