interface Connection {
  readonly remoteAddress?: unknown;
}

/**
 * What of a request, or of the client of a socket, limits look at. Platforms and libraries of sockets keep the address in
 * different places; none has all of it.
 */
export interface Caller {
  /** Express and Fastify, in the light of the proxies they trust. */
  readonly ip?: unknown;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** Express. */
  readonly app?: { get?(setting: string): unknown };
  /** Fastify: the instance, with the server of Node that all instances of an app share. */
  readonly server?: { readonly server?: object };
  /** A request of Node itself, as at the upgrade to a socket. */
  readonly socket?: Connection;
  /** `graphql-ws`: the upgrade request and the socket of a subscription. */
  readonly extra?: { readonly request?: Caller; readonly socket?: Caller };
  /** `ws`. */
  readonly _socket?: Connection;
  /** `socket.io`. */
  readonly handshake?: { readonly address?: unknown };
}
