import type { DynamicModule, INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { type Credentials, overGraphQL, overSocketIo, overWs } from './clients.js';
import { graphQLNews, socketIoNews, wsNews, type SocketOptions } from './gateways.js';
import type { Connection } from './socket-server.js';

/** A kind of sockets, with server and client. */
export interface Kind {
  readonly name: string;
  readonly news: (options: SocketOptions) => DynamicModule;
  readonly adapter: (app: INestApplication) => IoAdapter | WsAdapter;
  readonly over: (url: string, credentials: Credentials) => Connection;
  /** What the client hears when its token is no longer good. */
  readonly ended: string;
  /** What it hears when its token can't be checked any more. */
  readonly unchecked: string;
}

/** Every kind of sockets. */
export const kinds: readonly Kind[] = [
  {
    name: 'socket.io',
    news: socketIoNews,
    adapter: (app) => new IoAdapter(app),
    over: overSocketIo,
    ended: 'invalid_token',
    unchecked: 'store_unavailable',
  },
  {
    name: 'ws',
    news: wsNews,
    adapter: (app) => new WsAdapter(app),
    over: overWs,
    ended: '4401 invalid_token',
    unchecked: '1013 store_unavailable',
  },
  {
    name: 'graphql-ws',
    news: graphQLNews,
    adapter: (app) => new WsAdapter(app),
    over: overGraphQL,
    ended: '4401 invalid_token',
    unchecked: '1013 store_unavailable',
  },
];
