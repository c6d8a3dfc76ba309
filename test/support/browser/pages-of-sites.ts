import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A server of empty pages that has many names: browsers take `*.localhost` for loopback, and for a place that secure cookies may be sent
 * to. Two names with one word before `localhost` in common are one site.
 */
export class PagesOfSites {
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<PagesOfSites> {
    const server = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>page</title>'),
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new PagesOfSites(server);
  }

  /** The origin of this server under a name. */
  origin(name: string): string {
    return `http://${name}.localhost:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
