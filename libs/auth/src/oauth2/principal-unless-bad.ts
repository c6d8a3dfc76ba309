import { isAuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import type { TokenService } from '../tokens/token.service.js';

/** Whom an access token speaks for, by the checks of the guard, and whoever holds the key that it is bound to; `undefined` when it isn't good. @throws AuthError `store_unavailable` */
export async function principalUnlessBad(
  tokens: Pick<TokenService, 'inspect'>,
  token: string,
): Promise<Principal | undefined> {
  try {
    return await tokens.inspect(token);
  } catch (error) {
    if (isAuthError(error) && error.code === 'invalid_token') return undefined;
    throw error;
  }
}
