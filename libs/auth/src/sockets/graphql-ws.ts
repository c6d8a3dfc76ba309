import type { CredentialRequest } from '../authentication/requests/credentials.js';
import { connectionOf, connectionTokenOf } from '../authentication/requests/socket-credentials.js';
import { markSocketCaller } from '../context/socket-caller.js';
import type { Admission, SocketGate } from './socket-gate.js';
import { type Closable, closeWith, refusalOf } from './socket-refusal.js';

interface GraphQLSocket extends Closable {
  readonly readyState: number;
  once(event: 'close', listener: () => void): unknown;
}

/** What is used of the context of a graphql-ws connection. */
interface GraphQLWsContext {
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  /** Socket and upgrade request, as graphql-ws hands them on; typed by whichever server is used. */
  readonly extra?: unknown;
}

const OPEN = 1;

/** Decides on a connection; one that is refused is closed with 4401. */
export async function connectGraphQL(context: GraphQLWsContext, gate: SocketGate): Promise<boolean> {
  const { socket, request } = (context.extra ?? {}) as {
    socket?: GraphQLSocket;
    request?: CredentialRequest;
  };
  if (socket === undefined || request === undefined)
    throw new TypeError('this graphql-ws server does not hand on its socket and request as `extra`');
  const { connectionParams } = context;
  let admission: Admission | undefined;
  try {
    admission = await gate.admit(
      () => connectionTokenOf(connectionParams, request),
      () => connectionOf(connectionParams, request),
    );
  } catch (error) {
    closeWith(socket, refusalOf(error));
    return false;
  }
  if (socket.readyState !== OPEN) return false;
  if (admission !== undefined) markSocketCaller(request, admission.recheck);
  socket.once(
    'close',
    gate.watch(admission, (reason) => closeWith(socket, reason)),
  );
  return true;
}
