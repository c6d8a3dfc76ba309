import { Injectable } from '@nestjs/common';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { VerifiedTokens } from '../access-tokens/verified-tokens.js';
import { AuthError } from '../kernel/auth-error.js';
import { isObject } from '../kernel/configuration/option-reader.js';
import type { Principal } from '../kernel/principal.js';
import { bindingOf, isCookieBinding } from '../kernel/sender-binding.js';
import type { Proviso } from '../redis/calls.js';
import {
  isAnyRevoked,
  type RefreshedToken,
  TokenBlacklistStore,
  type UseVerdict,
} from '../token-blacklist/token-blacklist.store.js';

/** A known token, and how it is known whether it was revoked. */
export interface ForeseenToken {
  readonly principal: Principal;
  /**
   * What has to hold in the store for it not to be revoked; `apart` where the store has to be asked about it alone, and `undefined` where
   * this process knows that it isn't.
   */
  readonly proviso: Proviso | 'apart' | undefined;
}

/** Whether an access token is valid and not revoked: the one path of guards, introspection and programmatic use. */
@Injectable()
export class AccessTokenCheck {
  /** Tokens whose use the store knows of, or needn't. Without a cache each check finds a new principal, and tells the store again. */
  private readonly confirmed = new WeakSet<Principal>();

  constructor(
    private readonly known: VerifiedTokens,
    private readonly verifier: AccessTokenVerifier,
    private readonly blacklist: TokenBlacklistStore,
  ) {}

  /**
   * The principal of a token; at once when nothing has to be waited for.
   * @param binding thumbprint of the key that its sender has proved to hold; one that is bound is good with it only, any other
   * without it only
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  verify(token: string, binding?: string): Principal | Promise<Principal> {
    return this.verifyKnown(token, binding) ?? this.verifyNew(token, binding);
  }

  /** {@link verify} for a token whose signature this process has checked or made before; `undefined` for any other. */
  verifyKnown(token: string, binding?: string): Principal | Promise<Principal> | undefined {
    const known = this.known.find(token);
    return known === undefined ? undefined : this.unlessRevoked(requireSender(known, binding));
  }

  /**
   * A known token that isn't revoked as far as this process knows, before anything is waited for and without telling the store of a use;
   * `undefined` for any other, which has to be verified.
   */
  foresee(token: string): ForeseenToken | undefined {
    const principal = this.known.find(token);
    if (principal === undefined || principal.claims['cnf'] !== undefined) return undefined;
    if (!this.isConfirmed(principal)) return undefined;
    const revoked = principal.exchangedFrom === undefined ? this.blacklist.foresee(principal) : undefined;
    if (revoked === true) return undefined;
    return { principal, proviso: revoked === false ? undefined : (revoked ?? 'apart') };
  }

  /** The verdict on a token of {@link foresee}, where the store was asked together with something else. @throws AuthError `invalid_token` */
  settleForeseen(principal: Principal, isRevoked: boolean): Principal {
    return unlessRevoked(principal, isRevoked);
  }

  private verifyNew(token: string, binding: string | undefined): Principal | Promise<Principal> {
    const principal = this.verifier.verifyAfresh(token);
    if (!('then' in principal)) return this.unlessRevoked(requireSender(principal, binding));
    return principal.then((found) => this.unlessRevoked(requireSender(found, binding)));
  }

  /** {@link verify} where nobody uses the token: to tell of it, or to end it. */
  async inspect(token: string): Promise<Principal> {
    return this.unlessRevoked(await this.verifier.verify(token));
  }

  /**
   * The principal of an earlier {@link verify}, unless it was revoked since. The store is told of a use that it couldn't write then.
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  unlessRevoked(principal: Principal): Principal | Promise<Principal> {
    if (this.isConfirmed(principal)) return this.useAgain(principal);
    const unconfirmed = refreshedToken(principal)!;
    const verdict = this.blacklist.confirmUse(unconfirmed);
    if (typeof verdict === 'string') return this.settle(principal, verdict);
    return verdict.then((answer) => this.settle(principal, answer));
  }

  private isConfirmed(principal: Principal): boolean {
    if (this.confirmed.has(principal)) return true;
    if (refreshedToken(principal) !== undefined) return false;
    this.confirmed.add(principal);
    return true;
  }

  private useAgain(principal: Principal): Principal | Promise<Principal> {
    const revoked =
      principal.exchangedFrom === undefined
        ? this.blacklist.isRevoked(principal)
        : isAnyRevoked(principal, (token) => this.blacklist.isRevoked(token));
    if (typeof revoked === 'boolean') return unlessRevoked(principal, revoked);
    return revoked.then((answer) => unlessRevoked(principal, answer));
  }

  private settle(principal: Principal, verdict: UseVerdict): Principal {
    if (verdict === 'confirmed') this.confirmed.add(principal);
    return unlessRevoked(principal, verdict === 'revoked');
  }
}

/** RFC 9449 §7.1: before the store is told of a use. */
function requireSender(principal: Principal, binding: string | undefined): Principal {
  const { cnf } = principal.claims;
  if (cnf === undefined && binding === undefined) return principal;
  const bound = isObject(cnf) ? bindingOf(cnf) : cnf;
  // What is bound in another way (RFC 8705) is for whoever ends TLS to check; a cookie comes by itself.
  if (bound === binding || (bound === undefined && isCookieBinding(binding ?? ''))) return principal;
  const why = bound === undefined ? 'to no key' : 'to a key or cookie that its sender has not shown';
  throw new AuthError('invalid_token', { detail: `the token is bound ${why}` });
}

/** The thumbprint of the key that an access token is bound to; `undefined` for one that is bound to none. */
export function boundKeyOf({ scheme, claims }: Pick<Principal, 'scheme' | 'claims'>): unknown {
  const { cnf } = claims;
  return scheme === undefined && isObject(cnf) ? cnf['jkt'] : undefined;
}

/** @throws AuthError `invalid_token` */
function unlessRevoked(principal: Principal, revoked: boolean): Principal {
  if (revoked) throw new AuthError('invalid_token', { detail: 'the token was revoked' });
  return principal;
}

/** A token of ours that came with a refresh. The first one of a session replaced none, and those of earlier releases don't say. */
function refreshedToken(principal: Principal): RefreshedToken | undefined {
  const { claims, sessionId, epoch, scheme } = principal;
  const { sid_gen: generation, sid_answer: lostAnswers = 0 } = claims;
  if (sessionId === undefined || epoch === undefined || scheme !== undefined) return undefined;
  if (typeof generation !== 'number' || typeof lostAnswers !== 'number') return undefined;
  return { ...principal, sessionId, generation, lostAnswers };
}
