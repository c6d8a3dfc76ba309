import { AuthError, isAuthError, isNestException, storeUnavailable } from '../kernel/auth-error.js';

/** Close codes (RFC 6455 §7.4): what graphql-ws calls "Unauthorized", and "try again later". */
const UNAUTHORIZED = 4401;
const TRY_AGAIN_LATER = 1013;

/**
 * A failed handshake or check as a refusal of ours. A scheme may refuse in the words of Nest; what is neither is the server's
 * fault, and says nothing about the caller.
 */
export function refusalOf(error: unknown): AuthError {
  if (isAuthError(error)) return error;
  if (isNestException(error) && error.getStatus() < 500)
    return new AuthError(error.getStatus() === 401 ? 'invalid_token' : 'access_denied', { cause: error });
  return storeUnavailable('a socket could not be decided on', { cause: error });
}

/** The side of a WebSocket that ends it. */
export interface Closable {
  close(code: number, reason: string): void;
}

/** Closes a WebSocket with the code of a refusal as its reason. */
export function closeWith(socket: Closable, { code, entry }: AuthError): void {
  socket.close(entry.status >= 500 ? TRY_AGAIN_LATER : UNAUTHORIZED, code);
}
