import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../free-port.js';
import { ProxyLink } from './proxy-link.js';

/** What happens to those who connect while a {@link RedisProxy} is silent. */
export type Newcomers = 'accepted' | 'refused';

/** A network between clients and one server: it can fall silent, slow down, or break connections; and it counts. */
export class RedisProxy {
  private readonly links = new Set<ProxyLink>();
  private readonly counts = new Map<string, number>();
  private listener: Server | undefined;
  private newcomers: 'pass' | 'silent' | 'cut' = 'pass';
  private delayMs = 0;

  private constructor(
    private target: { readonly host: string; readonly port: number },
    private port = 0,
  ) {}

  /** Starts to listen on a free loopback port. */
  static async start(target: { readonly host: string; readonly port: number }): Promise<RedisProxy> {
    const proxy = new RedisProxy(target);
    await proxy.listen();
    return proxy;
  }

  /** `host:port` for clients. */
  get address(): string {
    return `${LOOPBACK}:${this.port}`;
  }

  /** Commands that reached the server so far: all, or those of one name. */
  passed(name?: string): number {
    if (name !== undefined) return this.counts.get(name.toLowerCase()) ?? 0;
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often each command reached the server so far. */
  get commands(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  /** Lets new connections through again. Those that were silenced stay so: nobody tells them of their end. */
  async pass(): Promise<void> {
    this.newcomers = 'pass';
    this.delayMs = 0;
    for (const link of this.links) link.delayMs = 0;
    await this.listen();
  }

  /** Another server has the address from now on, as after a failover by DNS or a moved IP: connections end, new ones reach that. */
  async lead(target: { readonly host: string; readonly port: number }): Promise<void> {
    this.target = target;
    await this.reset();
  }

  /** Drops all bytes in both directions, without a FIN, as after a loss of power. The connections there are never come back. */
  async silence(newcomers: Newcomers): Promise<void> {
    this.newcomers = 'silent';
    for (const link of this.links) link.silence();
    if (newcomers === 'refused') await this.refuse();
  }

  /** As {@link silence}, but only those that subscribe, and new ones pass: what a network forgets that drops idle connections. */
  silenceSubscriptions(): void {
    for (const link of this.links) if (link.subscribes) link.silence();
  }

  /** Answers take so many milliseconds longer, until {@link pass}. */
  async delay(ms: number): Promise<void> {
    this.delayMs = ms;
    for (const link of this.links) link.delayMs = ms;
  }

  /** Resets all connections there are (RST), the silent ones too. */
  async reset(): Promise<void> {
    for (const link of this.links) link.reset();
  }

  /** Resets all connections, and each new one at once, until {@link pass}. */
  async cut(): Promise<void> {
    this.newcomers = 'cut';
    await this.reset();
  }

  /** Accepts no connection until {@link pass}; those there are stay. */
  async refuse(): Promise<void> {
    this.listener?.close();
    this.listener = undefined;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.refuse();
    await this.reset();
  }

  private async listen(): Promise<void> {
    if (this.listener !== undefined) return;
    this.listener = createServer((client) => this.accept(client));
    this.listener.listen(this.port, LOOPBACK);
    await once(this.listener, 'listening');
    this.port = (this.listener.address() as AddressInfo).port;
  }

  private accept(client: Socket): void {
    client.on('error', () => {});
    if (this.newcomers === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const link = new ProxyLink(client, this.target, (name) => this.count(name));
    link.delayMs = this.delayMs;
    if (this.newcomers === 'silent') link.silence();
    this.links.add(link);
    client.once('close', () => this.links.delete(link));
  }

  private count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
