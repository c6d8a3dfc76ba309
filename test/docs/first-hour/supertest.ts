import type { AddressInfo, Server } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

type Body = Record<string, unknown>;

/** As much of supertest as a page uses: readers have it, this repository doesn't. */
class Call implements PromiseLike<{ body: Body }> {
  private readonly headers: Record<string, string> = {};
  private readonly expectations: { readonly status: number; readonly body: unknown }[] = [];
  private sent: string | undefined;

  constructor(
    private readonly server: Server,
    private readonly method: string,
    private readonly path: string,
  ) {}

  set(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  send(body: object): this {
    this.sent = JSON.stringify(body);
    return this.set('content-type', 'application/json');
  }

  expect(status: number, body?: unknown): this {
    this.expectations.push({ status, body });
    return this;
  }

  // eslint-disable-next-line unicorn/no-thenable -- supertest's calls are awaited
  then<A, B>(
    resolve: (value: { body: Body }) => A | PromiseLike<A>,
    reject: (reason: unknown) => B | PromiseLike<B>,
  ): Promise<A | B> {
    return this.answer().then(resolve, reject);
  }

  private async answer(): Promise<{ body: Body }> {
    if (!this.server.listening)
      await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', () => done()));
    const { port } = this.server.address() as AddressInfo;
    const { method, headers, sent } = this;
    const response = await fetch(`http://127.0.0.1:${port}${this.path}`, {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const body = JSON.parse(text || '{}') as Body;
    for (const expected of this.expectations) {
      if (response.status !== expected.status)
        throw new Error(`${method} ${this.path}: ${response.status} instead of ${expected.status}: ${text}`);
      if (expected.body !== undefined && !isDeepStrictEqual(body, expected.body))
        throw new Error(`${method} ${this.path}: ${text}`);
    }
    return { body };
  }
}

export default function request(server: Server) {
  const call = (method: string) => (path: string) => new Call(server, method, path);
  return { get: call('GET'), post: call('POST'), patch: call('PATCH') };
}
