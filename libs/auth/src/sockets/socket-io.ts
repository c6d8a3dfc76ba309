import {
  handshakeOf,
  type HandshakeSocket,
  handshakeTokenOf,
} from '../authentication/requests/socket-credentials.js';
import { type PrincipalRequest, setPrincipal } from '../context/call.js';
import { markSocketCaller } from '../context/socket-caller.js';
import type { AuthError } from '../kernel/auth-error.js';
import { toProblemDetails } from '../problem-details/to-problem-details.js';
import type { Admission, SocketGate } from './socket-gate.js';
import { refusalOf } from './socket-refusal.js';

/** What is used of a socket.io socket. */
interface IoSocket extends PrincipalRequest, HandshakeSocket {
  readonly connected: boolean;
  once(event: 'disconnect', listener: () => void): unknown;
  emit(event: 'exception', problem: object): unknown;
  disconnect(close: boolean): unknown;
}

/** What is used of a socket.io server or namespace. */
export interface IoServer {
  use(middleware: (socket: IoSocket, next: (error?: Error) => void) => unknown): unknown;
  on(event: 'connection', listener: (socket: IoSocket) => unknown): unknown;
}

/** By its shape: socket.io may not be installed. An app of Express has `use` and `on` as well, and would be open. */
export function isSocketIoServer(server: object): server is IoServer {
  return ['use', 'on', 'disconnectSockets'].every((name) => typeof Reflect.get(server, name) === 'function');
}

/** Refuses in a middleware, before `connection` is emitted, and watches from then on. */
export function protectSocketIo(server: IoServer, gate: SocketGate): void {
  const admitted = new WeakMap<IoSocket, Admission | undefined>();
  /** Why a socket is refused; `undefined` lets it in. */
  const refusal = async (socket: IoSocket): Promise<AuthError | undefined> => {
    try {
      const admission = await gate.admit(
        () => handshakeTokenOf(socket.handshake, socket.request),
        () => handshakeOf(socket),
      );
      if (admission !== undefined) {
        setPrincipal(socket, admission.principal);
        markSocketCaller(socket, admission.recheck);
      }
      admitted.set(socket, admission);
      return undefined;
    } catch (error) {
      return refusalOf(error);
    }
  };
  server.use(async (socket, next) => {
    const refused = await refusal(socket);
    next(refused && new ConnectError(refused));
  });
  server.on('connection', async (socket) => {
    // A recovered connection passes no middleware unless the host says `skipMiddlewares: false`.
    const refused = admitted.has(socket) ? undefined : await refusal(socket);
    if (refused !== undefined) end(socket, refused);
    else if (socket.connected) {
      const forget = gate.watch(admitted.get(socket), (reason) => end(socket, reason));
      socket.once('disconnect', forget);
    }
  });
}

function end(socket: IoSocket, reason: AuthError): void {
  socket.emit('exception', toProblemDetails(reason));
  socket.disconnect(true);
}

/** What the client's `connect_error` gets; `data` is the problem document. */
class ConnectError extends Error {
  readonly data: object;

  constructor(error: AuthError) {
    const problem = toProblemDetails(error);
    super(problem.title);
    this.data = problem;
  }
}
