import type { ArgumentsHost, LoggerService } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { AuthError } from '../kernel/auth-error.js';
import { toProblemDetails, type ProblemDetails } from './to-problem-details.js';

/** A refusal on a transport other than HTTP: the public problem document as the error of that transport. */
class TransportRefusal extends Error {
  override readonly name = 'AuthError';
  readonly extensions: ProblemDetails;

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

/** Answers a refusal in the way of the transport: GraphQL error, `exception` event, or RPC error. */
export function refuseOverTransport(error: AuthError, host: ArgumentsHost): unknown {
  switch (host.getType<string>()) {
    case 'ws':
      return refuseOverWebSocket(error, host.switchToWs().getClient<WebSocketClient>());
    case 'rpc':
      return throwError(() => toProblemDetails(error));
    default:
      // GraphQL reports a returned Error in `errors[]` and copies its `extensions`.
      return new TransportRefusal(error);
  }
}

/** Hands on an error that isn't ours as Nest would; an RPC caller learns of an unexpected one only that it happened. */
export function failOverTransport(error: unknown, host: ArgumentsHost, logger: LoggerService): unknown {
  if (host.getType<string>() !== 'rpc') return error;
  // What a filter returns here is the answer: returned as it is, the error would look like a success.
  return throwError(() => rpcErrorOf(error, logger));
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
