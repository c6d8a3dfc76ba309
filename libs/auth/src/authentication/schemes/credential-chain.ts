import type { Recheck } from '../../context/socket-caller.js';
import { AuthError, isAuthError } from '../../kernel/auth-error.js';
import type { Principal } from '../../kernel/principal.js';
import { carriesTokenElsewhere, type CredentialRequest } from '../requests/credentials.js';
import { type CrossSiteCheck, isSafe } from '../requests/cross-site-check.js';
import type { CredentialFinder, ShownCredential } from './shown-credential.js';

/** What decides which credential of a call counts. */
interface Circumstances {
  /** The bearer token of the call, the one credential that the chain doesn't look for itself. */
  readonly token: string | undefined;
  /** Nest's word for the kind of call. */
  readonly transport: string;
  /** Whether somebody has to be known. */
  readonly isRequired: boolean;
}

/** A credential that counts, verified. */
interface Authentication {
  /** Whom it speaks for; nobody only where nobody has to be known. Rejects as {@link ShownCredential.verify} throws. */
  readonly caller: Principal | Promise<Principal | undefined>;
  /** Verifies it once more. */
  readonly recheck: Recheck;
}

/**
 * Every kind of credential besides the bearer token. Which one counts is decided by what is there, before any is verified:
 * a call shows one. What browsers add by themselves (cookies, certificates) counts only where nothing was shown on purpose,
 * and never for what another site makes them send.
 */
export class CredentialChain {
  constructor(
    private readonly finders: readonly CredentialFinder[],
    private readonly crossSite: CrossSiteCheck,
  ) {}

  /**
   * Verifies the credential that counts; `undefined` when it is the bearer token, or when there is none.
   * @throws AuthError `invalid_request` for two, `cross_site_request`, what a scheme says of a malformed one
   */
  authenticate(request: CredentialRequest, circumstances: Circumstances): Authentication | undefined {
    const shown = this.find(request, circumstances);
    if (shown === undefined) return undefined;
    const caller = circumstances.isRequired ? shown.verify() : callerIfGood(shown);
    return { caller, recheck: () => shown.verify() };
  }

  /** Whether a credential counts that isn't the bearer token; it isn't verified. @throws AuthError as {@link authenticate} */
  shows(request: CredentialRequest, token: string, transport: string): boolean {
    return this.find(request, { token, transport }) !== undefined;
  }

  /** @throws AuthError as {@link authenticate} */
  private find(
    request: CredentialRequest,
    { token, transport }: Pick<Circumstances, 'token' | 'transport'>,
  ): ShownCredential | undefined {
    const found = this.finders.flatMap((finder) => finder.find(request, token));
    const shown = found.filter(({ isAmbient }) => !isAmbient);
    const isTokenApart = token !== undefined && !this.isClaimed(token, shown, request);
    if (isTokenApart ? shown.length > 0 : shown.length > 1) throw moreThanOne();
    if (shown.length > 0 && carriesTokenElsewhere(request)) throw moreThanOne();
    if (isTokenApart || shown.length > 0) return shown[0];
    if (found.length > 1) throw moreThanOne();
    // Any operation of GraphQL may change something, and a socket can be read by whoever opened it.
    const changesNothing = transport === 'http' && isSafe(request);
    if (found.length > 0 && !changesNothing) this.crossSite.refuse(request);
    return found[0];
  }

  /** Whether a scheme knows by its form that the bearer token is its own, and hasn't found the same text elsewhere. */
  private isClaimed(token: string, shown: readonly ShownCredential[], request: CredentialRequest): boolean {
    if (!shown.some(({ credential }) => credential === token)) return false;
    // The platform's request, in which other members are getters.
    const without = Object.create(request, placesOf(token, request)) as CredentialRequest;
    return this.finders.every((finder) => finder.find(without).every(({ isAmbient }) => isAmbient));
  }
}

/**
 * Who shows a credential where nobody has to be known: one that a browser added by itself may be bad, since its user can't
 * leave it out. @throws AuthError as {@link ShownCredential.verify}
 */
async function callerIfGood(shown: ShownCredential): Promise<Principal | undefined> {
  try {
    return await shown.verify();
  } catch (error) {
    if (shown.isAmbient && isAuthError(error) && error.code === 'invalid_token') return undefined;
    throw error;
  }
}

/** Where a bearer token was read, without it: the header, or else what only sockets have. */
function placesOf(token: string, { headers }: CredentialRequest): PropertyDescriptorMap {
  const { authorization, 'sec-websocket-protocol': _protocols, ...others } = headers;
  const isInHeader =
    typeof authorization === 'string' &&
    authorization.endsWith(` ${token}`) &&
    /^bearer /i.test(authorization);
  if (isInHeader) return { headers: { value: { ...headers, authorization: undefined } } };
  return { headers: { value: { ...others, authorization } }, connectionParams: { value: undefined } };
}

function moreThanOne(): AuthError {
  return new AuthError('invalid_request', { detail: 'the request carries more than one credential' });
}
