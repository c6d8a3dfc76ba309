import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type Destination,
  DocumentDestinations,
} from '../../../libs/auth/src/oauth2/client-documents/document-destinations.js';
import { selfSigned } from '../tls/self-signed.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers JSON. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A real HTTPS server of documents, to which every name leads; its certificate is that of `app.test` alone. */
export class DocumentServer extends DocumentDestinations {
  answer: Answer = (response) => void response.writeHead(404).end();
  /** What was asked for: host and path. */
  readonly asked: string[] = [];
  /** Where names lead instead. */
  elsewhere: (() => Promise<Destination | undefined>) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly ca: string,
  ) {
    super();
  }

  static async start(): Promise<DocumentServer> {
    const identity = selfSigned('app.test', ['app.test']);
    const server = createServer(identity);
    const documents = new DocumentServer(server, identity.cert);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      documents.asked.push(`${request.headers.host}${request.url}`);
      documents.answer(response, request);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return documents;
  }

  async of(): Promise<Destination | undefined> {
    if (this.elsewhere !== undefined) return this.elsewhere();
    const { port } = this.server.address() as AddressInfo;
    return { address: '127.0.0.1', port, ca: this.ca };
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
