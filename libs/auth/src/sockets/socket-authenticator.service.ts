import { Inject, Injectable, Optional } from '@nestjs/common';
import { CredentialChain } from '../authentication/schemes/credential-chain.js';
import { Clock } from '../kernel/clock.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { AccessTokenCheck } from '../tokens/access-token-check.js';
import { connectGraphQL } from './graphql-ws.js';
import { LiveSockets } from './live-sockets.js';
import { protectPlainWs, isPlainWsServer } from './plain-ws.js';
import { SocketGate } from './socket-gate.js';
import { protectSocketIo, isSocketIoServer } from './socket-io.js';

/** Who may connect. */
type SocketOptions = {
  /**
   * Lets sockets without a token in, as nobody in particular; they receive what is broadcast. A bad token is refused all the
   * same. @default false
   */
  readonly anonymous?: boolean;
};

/** Options of a graphql-ws server that authenticate its connections. */
type GraphQLWsHooks = {
  /** Whether the connection is acknowledged. */
  readonly onConnect: (context: object) => Promise<boolean>;
};

/**
 * Authenticates sockets when they connect: who has no good access token is refused at the handshake, and a socket is closed
 * when its token expires or is revoked, on whichever instance. The principal is the socket's `user`.
 * @example
 * ```ts
 * @WebSocketGateway()
 * class ChatGateway implements OnGatewayInit {
 *   constructor(private readonly sockets: SocketAuthenticator) {}
 *   afterInit(server: Server) { this.sockets.protect(server); }
 * }
 * ```
 */
@Injectable()
export class SocketAuthenticator {
  // No parameter of the constructor: most apps have access tokens only.
  @Optional()
  @Inject(CredentialChain)
  private readonly chain: CredentialChain | undefined;
  private readonly protected = new WeakMap<object, boolean>();

  /** @internal */
  constructor(
    private readonly tokens: AccessTokenCheck,
    private readonly live: LiveSockets,
    private readonly clock: Clock,
    private readonly problems: ProblemDetailsSettings,
  ) {}

  /** Number of authenticated sockets of this process. */
  get connections(): number {
    return this.live.size;
  }

  /**
   * Protects a socket.io server or namespace, or a server of `ws`; call it before the first client connects, as in
   * `afterInit`. Gateways that share a server share its sockets, so they have to agree on the options.
   * @throws TypeError for anything else, and where two gateways disagree
   */
  protect(server: object, options: SocketOptions = {}): void {
    const gate = this.gate(options);
    const before = this.protected.get(server);
    if (before === gate.allowsAnonymous) return;
    if (before !== undefined)
      throw new TypeError('this socket server is protected already, with other options');
    if (isPlainWsServer(server)) protectPlainWs(server, gate, this.problems);
    else if (isSocketIoServer(server)) protectSocketIo(server, gate);
    else throw new TypeError('expected a socket.io server or namespace, or a ws server');
    this.protected.set(server, gate.allowsAnonymous);
  }

  /**
   * Hooks for a graphql-ws server, e.g. `subscriptions: { 'graphql-ws': sockets.graphqlWs() }` in Nest: the token is in
   * `connectionParams`, and each operation is checked again by the guards.
   */
  graphqlWs(options: SocketOptions = {}): GraphQLWsHooks {
    const gate = this.gate(options);
    return { onConnect: (context) => connectGraphQL(context, gate) };
  }

  private gate(options: SocketOptions): SocketGate {
    const { tokens, chain, live, clock } = this;
    return new SocketGate({ tokens, chain, live, clock }, options.anonymous === true);
  }
}
