import type { OutgoingHttpHeaders } from 'node:http';
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { Connection, Ending } from './socket-server.js';

/** Where the token is put. */
export interface Credentials {
  /** Of several each is sent, one after the other. */
  readonly header?: string | readonly string[];
  /** In `auth`, the sub-protocol or `connectionParams`. */
  readonly token?: unknown;
  readonly query?: string;
  /** Of a kind of the host, where tokens of that kind of socket are: `auth`, sub-protocol, `connectionParams`. */
  readonly key?: string;
  /** Further headers of the handshake, as browsers add them. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Settle = (ending: Ending) => void;

function connection(
  start: (open: () => void, end: Settle, hear: (data: unknown) => void) => () => void,
): Connection {
  const heard: unknown[] = [];
  const { promise: ended, resolve: end } = deferred<Ending>();
  const { promise: opened, resolve: open } = deferred<'open'>();
  const close = start(
    () => open('open'),
    end,
    (data) => heard.push(data),
  );
  return { ended, begun: Promise.race([opened, ended]), heard, close };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function headersOf({ header, headers = {} }: Credentials): OutgoingHttpHeaders {
  // Node sends each, whatever its types say of this one.
  return header === undefined ? headers : { ...headers, authorization: [header].flat() as never };
}

/** What was given, `undefined` when there is nothing. */
function parametersOf({ token, key }: Credentials): { token?: unknown; key?: string } | undefined {
  if (token === undefined && key === undefined) return undefined;
  return { ...(token !== undefined && { token }), ...(key !== undefined && { key }) };
}

/** socket.io. */
export function overSocketIo(url: string, credentials: Credentials): Connection {
  const { query = '' } = credentials;
  const auth = parametersOf(credentials);
  return connection((open, end, hear) => {
    const socket = io(url + query, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...(auth !== undefined && { auth }),
      extraHeaders: headersOf(credentials) as Record<string, string>,
    });
    let code: unknown;
    socket.on('connect', open);
    socket.on('news', hear);
    socket.on('exception', (problem: { code: unknown }) => (code = problem.code));
    socket.on('connect_error', (error) =>
      end({ at: 'handshake', code: (error as { data?: { code?: unknown } }).data?.code }),
    );
    socket.on('disconnect', () => end({ at: 'later', code }));
    return () => socket.disconnect();
  });
}

/** ws without more. */
export function overWs(url: string, credentials: Credentials): Connection {
  const { token, key, query = '' } = credentials;
  return connection((open, end, hear) => {
    const protocols = [
      ...(token === undefined ? [] : ['bearer', token as string]),
      ...(key === undefined ? [] : ['api-key', key]),
    ];
    const headers = headersOf(credentials);
    const socket = new WebSocket(url.replace('http', 'ws') + query, protocols, { headers });
    socket.on('open', open);
    socket.on('message', (data: Buffer) => hear(JSON.parse(data.toString())));
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        end({
          at: 'handshake',
          code: (JSON.parse(Buffer.concat(chunks).toString()) as { code: unknown }).code,
        });
      });
    });
    socket.on('error', () => {});
    socket.on('close', (status, reason) => end({ at: 'later', code: `${status} ${reason.toString()}` }));
    return () => socket.close();
  });
}

/** graphql-ws with one subscription. */
export function overGraphQL(url: string, credentials: Credentials): Connection {
  const { query = '' } = credentials;
  const connectionParams = parametersOf(credentials);
  return connection((open, end, hear) => {
    class HeaderSocket extends WebSocket {
      constructor(to: string, protocols: string) {
        super(to, protocols, { headers: headersOf(credentials) });
      }
    }
    let isOpen = false;
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql${query}`,
      webSocketImpl: HeaderSocket,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => {},
      ...(connectionParams !== undefined && { connectionParams }),
      on: {
        connected: () => {
          isOpen = true;
          open();
        },
        closed: (event) => {
          const { code, reason } = event as { code: number; reason: string };
          end({ at: isOpen ? 'later' : 'handshake', code: isOpen ? `${code} ${reason}` : reason });
        },
      },
    });
    client.subscribe(
      { query: 'subscription { news }' },
      {
        next: ({ data, errors }) => hear(errors ?? data),
        error: () => {},
        complete: () => {},
      },
    );
    return () => void client.dispose();
  });
}
