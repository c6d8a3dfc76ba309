import type { ExecutionContext } from '@nestjs/common';
import { httpRequestOf } from '../call.js';

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
  /** Fastify gives each request one; on Express a middleware of the host does. */
  readonly id?: unknown;
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
  readonly handshake?: { readonly address?: unknown; readonly headers?: Caller['headers'] };
}

/** The address of a caller as its platform reports it; `undefined` where there is none. */
export function addressOf(caller: Caller): string | undefined {
  const { ip, handshake, _socket, socket, extra } = caller;
  const found = ip ?? handshake?.address ?? _socket?.remoteAddress ?? socket?.remoteAddress;
  if (typeof found === 'string') return found;
  return [extra?.request, extra?.socket].flatMap((deeper) => (deeper ? (addressOf(deeper) ?? []) : []))[0];
}

/** The request of a call, or the client of its socket; other transports have nobody who could have an address. */
export function callerOf(context: ExecutionContext): Caller | undefined {
  return context.getType<string>() === 'ws'
    ? (context.switchToWs().getClient<Caller | undefined>() ?? undefined)
    : httpRequestOf<Caller>(context);
}
