import type { Principal } from '../kernel/principal.js';
import type { Proviso } from '../redis/calls.js';
import { RevocationJournal } from './repeats/revocation-journal.js';

/**
 * What a revocation check needs of an access token; `issuedAt` of one without an epoch, and the claims of one of another
 * issuer.
 */
export type RevocableToken = Pick<Principal, 'tokenId' | 'sessionId' | 'subject' | 'clientId' | 'epoch'> &
  Partial<Pick<Principal, 'issuedAt' | 'claims' | 'scheme'>> & {
    /**
     * How long ago the verification of a credential without an epoch began, in milliseconds. With it every revocation since then
     * counts, whatever the scheme; less than {@link RevocationLifetimes.longestLoginMs} and the lifetime of an access token.
     */
    readonly ageMs?: number;
  };

/**
 * When a token was issued, where nothing but that tells it from those of after a revocation. `undefined` for one that has an
 * epoch, and for credentials of other schemes, which look after their own revocation.
 */
export function datedBy({ epoch, scheme, issuedAt }: RevocableToken): number | undefined {
  return epoch === undefined && scheme === undefined ? issuedAt : undefined;
}

/** The verdict on a token and on those that an exchange made it of; a plain boolean when nothing had to be waited for. */
export function isAnyRevoked(
  token: RevocableToken & Pick<Principal, 'exchangedFrom'>,
  isRevoked: (each: RevocableToken) => boolean | Promise<boolean>,
): boolean | Promise<boolean> {
  const { exchangedFrom: origins } = token;
  if (origins === undefined) return isRevoked(token);
  const verdicts = [token, ...origins].map((each) => isRevoked(each));
  if (verdicts.every((verdict) => typeof verdict === 'boolean')) return verdicts.includes(true);
  return Promise.all(verdicts.map(async (verdict) => verdict)).then((all) => all.includes(true));
}

/** What a logout token of another issuer ends: a session, or all sessions of a subject. One of both is there. */
export interface IssuerLogout {
  /** `jti`. */
  readonly tokenId: string;
  readonly subject: string | undefined;
  /** `sid`: a session of the issuer. */
  readonly sessionId: string | undefined;
  /** `iat`, epoch ms: what was issued until then ends, by the clock of the issuer. */
  readonly issuedAt: number;
  /** How long the logout token is valid, clock tolerance included, in milliseconds. */
  readonly ttlMs: number;
}

/** `replayed`: the logout token was obeyed before. */
export type LogoutVerdict = 'ended' | 'replayed';

/** An access token that came with a refresh. */
export type RefreshedToken = RevocableToken & {
  readonly sessionId: string;
  /** Number of the refresh token that it was handed out with. */
  readonly generation: number;
  /** As the rotation said, see {@link RotationVerdict}. */
  readonly lostAnswers: number;
};

/** `unconfirmed`: not revoked, but the store could not write that it was used; the next use is to be told again. */
export type UseVerdict = 'confirmed' | 'unconfirmed' | 'revoked';

/**
 * Remembers what was revoked, for as long as a token or session that it concerns may still be valid.
 *
 * Every verb is atomic against each other and against every verb of the session store of the same medium; each
 * revocation is idempotent, so repeating one that failed half-way is always right. All of them throw `store_unavailable`
 * when the store can't answer.
 */
export abstract class TokenBlacklistStore {
  /**
   * @param journal what was acknowledged, where a store can lose it: by a failover to a replica that lagged behind, say. A store
   * keeps its own revocations in it and makes them again.
   */
  constructor(readonly journal: RevocationJournal = new RevocationJournal()) {}

  /** Revokes one access token that would live `ttlMs` more (clock tolerance included). */
  abstract revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void>;

  /**
   * Ends a session and its access tokens in one step. Answers the subject if the session was live. One that was named and isn't
   * opened yet never will be, within {@link RevocationLifetimes.longestLoginMs}.
   */
  abstract revokeSession(sessionId: string): Promise<string | undefined>;

  /** Sessions that another verb than {@link revokeSession} ended here: their ends are to hold as well, and to be known at once. */
  keepEnded(_sessionIds: readonly string[]): void {}

  /** Ends every session of a subject and every token issued so far in one step. Answers the ids of the ended sessions. */
  abstract revokeSubject(subject: string): Promise<readonly string[]>;

  /** Refuses every token of a subject issued so far, and no session of it. Refreshes and logins under way are superseded. */
  abstract expireAccessTokens(subject: string): Promise<void>;

  /** Refuses every session and token of a client issued so far. On a Cluster it takes effect partition by partition. */
  abstract revokeClient(clientId: string): Promise<void>;

  /** Refuses every session and token issued so far. On a Cluster it takes effect partition by partition. */
  abstract revokeEverything(): Promise<void>;

  /**
   * The complete verdict on an access token, in one round trip; a plain boolean when no round trip was needed. One without an
   * epoch falls to its own id, its session, and to a revocation since it was issued, or since `ageMs`, that is still marked.
   */
  abstract isRevoked(token: RevocableToken): boolean | Promise<boolean>;

  /**
   * {@link isRevoked} for whoever has something else to ask of the store in the same wait: what is known at once, or what holds as long as
   * the token isn't revoked. `undefined` where it has to be asked by itself.
   */
  foresee(_token: RevocableToken): boolean | Proviso | undefined {
    return undefined;
  }

  /** {@link isRevoked}, whatever a local copy knows. */
  isRevokedInStore(token: RevocableToken): boolean | Promise<boolean> {
    return this.isRevoked(token);
  }

  /**
   * Obeys a logout token of another issuer. It counts as obeyed once everything it names has ended, so one that failed half-way
   * may be sent again. @throws TypeError where tokens of another issuer aren't accepted
   */
  logout(_logout: IssuerLogout): Promise<LogoutVerdict> {
    return Promise.reject(new TypeError('tokens of another issuer are not accepted here'));
  }

  /**
   * {@link isRevoked} for the first use of a token in a process. Unless it is revoked, its generation is confirmed in the same
   * step and round trip: from here on the refresh token before that generation was used for good. An older generation than
   * the current one of its session confirms nothing, one that the store doesn't know yet (a failover lost it) is `unconfirmed`, and a
   * session that has ended stays ended. A token that came with an answer that was taken for lost is `revoked`, however often the
   * session is refreshed afterwards: whoever asked again has the one that counts.
   */
  abstract confirmUse(token: RefreshedToken): UseVerdict | Promise<UseVerdict>;

  /** The epoch to issue a token under, and the promise that it is remembered while that token lives. */
  abstract claimEpoch(subject: string, clientId: string): Promise<number>;
}
