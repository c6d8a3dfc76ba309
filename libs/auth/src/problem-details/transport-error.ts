import type { ArgumentsHost, LoggerService } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { AuthError } from '../kernel/auth-error.js';
import { toProblemDetails } from './to-problem-details.js';

/** A refusal on a transport other than HTTP: the public problem document as the error of that transport. */
class TransportRefusal extends Error {
  override readonly name = 'AuthError';
  readonly extensions: ReturnType<typeof toProblemDetails>;

  constructor(error: AuthError) {
    const problem = toProblemDetails(error);
    super(problem.title);
    this.extensions = problem;
  }
}

interface WebSocketClient {
  emit?(event: string, payload: unknown): unknown;
  send?(text: string): unknown;
}

/**
 * Answers a refusal in the way of the transport: GraphQL error, `exception` event, or RPC error.
 * @throws AuthError the refusal itself on every other transport: what a filter returns there is taken for a result, so a
 * broker would acknowledge a message that nobody handled
 */
export function refuseOverTransport(error: AuthError, host: ArgumentsHost): unknown {
  switch (host.getType<string>()) {
    case 'ws':
      return refuseOverWebSocket(error, host.switchToWs().getClient<WebSocketClient>());
    case 'rpc':
      return throwError(() => toProblemDetails(error));
    case 'graphql':
      // GraphQL reports a returned Error in `errors[]` and copies its `extensions`.
      return new TransportRefusal(error);
    default:
      throw error;
  }
}

/**
 * Passes on an error that isn't ours as Nest would; of an unexpected one an RPC caller learns nothing more.
 * @throws the error itself on transports that aren't Nest's own
 */
export function failOverTransport(error: unknown, host: ArgumentsHost, logger: LoggerService): unknown {
  switch (host.getType<string>()) {
    case 'rpc':
      // What a filter returns here is sent as the answer, so a returned error would look like a success.
      return throwError(() => rpcErrorOf(error, logger));
    case 'graphql':
    case 'ws':
      return error;
    default:
      if (error instanceof Error) logger.error(error.stack);
      throw error;
  }
}

function rpcErrorOf(error: unknown, logger: LoggerService): unknown {
  if (!isRpcException(error)) {
    logger.error(error instanceof Error ? error.stack : error);
    return { status: 'error', message: 'Internal server error' };
  }
  const content = error.getError();
  return typeof content === 'object' ? content : { status: 'error', message: content };
}

/** By its shape: `@nestjs/microservices` may not be installed. */
function isRpcException(error: unknown): error is Error & { getError(): unknown } {
  return error instanceof Error && 'getError' in error && typeof error.getError === 'function';
}

function refuseOverWebSocket(error: AuthError, client: WebSocketClient): void {
  const problem = toProblemDetails(error);
  // A plain `ws` socket is an EventEmitter too; only its `send` reaches the other side.
  if (typeof client.send === 'function' && 'readyState' in client) {
    client.send(JSON.stringify({ event: 'exception', data: problem }));
  } else client.emit?.('exception', problem);
}
