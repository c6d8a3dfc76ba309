import { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { marked } from './door.js';

/** One request of HTTP. */
export interface InjectedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it says that it comes from. */
  readonly address: string;
}

/** What a request comes through, and its answer goes to: nothing. */
class NoConnection extends Duplex {
  readonly encrypted = true;

  constructor(readonly remoteAddress: string) {
    super();
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

/**
 * Hands a request to the HTTP server of an app as if it came from the network: middleware, hooks and all. Nothing has to listen.
 * @param told hears of the status of the answer, as soon as that is complete
 * @returns what ends the request without an answer of the app
 */
export function inject(
  app: INestApplication,
  { method, url, headers, address }: InjectedRequest,
  told: (status: number) => void,
): () => void {
  const socket = new NoConnection(address) as never;
  const request = marked(new IncomingMessage(socket));
  Object.assign(request, { method, url, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 });
  request.headers = { host: 'localhost', ...headers };
  for (const header of Object.entries(request.headers))
    request.rawHeaders.push(...(header as [string, string]));
  request.complete = true;
  request.push(null);
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  const end = (): void => told(response.statusCode);
  response.once('finish', end).once('close', end);
  app.getHttpServer().emit('request', request, response);
  return () => {
    // Whoever counts the requests under way hears of its end.
    if (!response.headersSent) response.writeHead(204);
    if (!response.writableEnded) response.end();
  };
}
