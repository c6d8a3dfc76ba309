import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../jose/strict-json.js';
import { AuthError, isAuthError, storeUnavailable } from '../kernel/auth-error.js';
import { Clock } from '../kernel/clock.js';
import { answerOfHost } from '../kernel/deadline.js';
import { RandomNames } from '../kernel/opaque.js';
import { MACHINE_PREFIX, type Principal } from '../kernel/principal.js';
import { confirmationOf } from '../kernel/sender-binding.js';
import { formatScope } from '../kernel/scope.js';
import { notWellFormed } from '../kernel/text.js';
import { KeyRing } from '../keys/key-ring.js';
import type { SigningKey } from '../keys/signing-key.js';
import { partitionOfToken } from '../subjects/subject-keys.js';
import type {
  AccessTokenContent,
  CommittedTerms,
  IssuedAccessToken,
  PlannedAccessToken,
} from './access-token-content.js';
import { readPrincipal } from './access-token-principal.js';
import { AccessTokensSettings } from './access-tokens.settings.js';
import { plainClaims } from './plain-claims.js';
import { VerifiedTokens } from './verified-tokens.js';

const TYPE = 'at+jwt';

// Set by the library or with a meaning in the RFCs that it doesn't give them: never taken from the host.
const RESERVED: ReadonlySet<string> = new Set([
  ...'iss sub aud exp nbf iat jti client_id scope sid roles epoch auth_time'.split(' '),
  ...'cnf act may_act azp typ acr amr session_data sid_gen sid_answer exchanged_from'.split(' '),
  // Every object has these already, and readers of tokens (jsonwebtoken among them) trip over them.
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/** What only the commit tells. */
const COMMITTED = ['epoch', 'exp', 'sid_answer'] as const;

/** Whether a host may not say a claim of this name. */
export function isReservedClaim(name: string): boolean {
  return RESERVED.has(name);
}

type CommittedClaims = { readonly exp: number; readonly epoch: number; readonly sid_answer?: number };
type TokenClaims = JsonObject & CommittedClaims & { readonly iat: number };

interface SignedToken {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly principal: Principal;
}

/** Makes access tokens (RFC 9068). */
@Injectable()
export class AccessTokenIssuer {
  private readonly expected = new ExpectedEpochs();
  private readonly names = new RandomNames();

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly known: VerifiedTokens,
  ) {}

  /**
   * Issues a token at once, where nothing has to be committed in between.
   * @throws as {@link plan}
   */
  async issue(content: AccessTokenContent & CommittedTerms): Promise<IssuedAccessToken> {
    return (await this.plan(content, content)).handOut(content);
  }

  /**
   * Does everything that can fail: asks the host for its claims, checks the token as a verifier will, and signs it under
   * the terms that are expected. Those of the commit are nearly always the same, and otherwise it is signed once more.
   *
   * @throws TypeError for claims that are no plain data, a subject or client id with lone surrogates, or a content that
   * would not verify
   * @throws RangeError when the claims make it longer than `accessTokens.maxBytes`
   * @throws AuthError `access_denied` for a user id that reads like a client's; `invalid_target` for a resource that is not of
   * `audience`; `store_unavailable` when the host's claims are late, an external signer fails or the keys can't be had yet
   */
  async plan(
    content: AccessTokenContent,
    expected: CommittedTerms = { epoch: this.expected.of(content) ?? this.clock.now() },
  ): Promise<PlannedAccessToken> {
    refuseAmbiguousSubject(content);
    const audience = audienceOf(content, this.settings);
    if (!content.subject.isWellFormed() || !content.clientId.isWellFormed()) throw notWellFormed();
    const added = hostClaims(content.claims, await this.askHost(content));
    const key = await this.keys.signingKey();
    // Before the store decides: a revocation that it orders after this token outlives it.
    const now = this.clock.now();
    const fixed = { ...added, ...this.fixedClaims(content, audience, now) };
    const claimsUnder = (terms: CommittedTerms): CommittedClaims => this.committedClaims(content, terms, now);
    const ahead = await this.signed({ ...fixed, ...claimsUnder(expected) }, key, now);
    return {
      handOut: async (terms) => {
        this.expected.learn(content, terms.epoch);
        const committed = claimsUnder(terms);
        const isAsExpected = COMMITTED.every((name) => committed[name] === ahead.claims[name]);
        const made = isAsExpected
          ? ahead
          : await this.signed({ ...fixed, ...committed }, key, now).catch(failedAfterCommit);
        this.known.remember(made.token, made.principal, key);
        return {
          token: made.token,
          principal: made.principal,
          expiresInSeconds: committed.exp - fixed.iat,
        };
      },
    };
  }

  private async askHost(content: AccessTokenContent): Promise<unknown> {
    const { claims } = this.settings;
    if (claims === undefined) return undefined;
    return answerOfHost('accessTokens.claims', () => claims(content));
  }

  /** Read before it is signed, and at the instant of its issue: a clock that is set meanwhile refuses nothing. */
  private async signed(claims: TokenClaims, key: SigningKey, now: number): Promise<SignedToken> {
    const principal = this.read(claims, now);
    const token = await key.signer.sign(TYPE, claims);
    if (token.length > this.settings.maxBytes)
      throw new RangeError(`the access token is ${token.length} bytes long, more than accessTokens.maxBytes`);
    return { token, claims, principal };
  }

  private read(claims: TokenClaims, now: number): Principal {
    try {
      return readPrincipal(claims, this.settings, now);
    } catch (error) {
      // Not the client's fault, so it must not hear that its token is invalid.
      const why = isAuthError(error) ? error.reason : String(error);
      throw new TypeError(`the access token would not verify: ${why}`, { cause: error });
    }
  }

  /** The registered claims (RFC 9068 §2.2): JSON as it is, so that reading the signed token gives the same. */
  private fixedClaims(
    content: AccessTokenContent,
    audience: readonly string[],
    now: number,
  ): JsonObject & Pick<TokenClaims, 'iat'> {
    const { scope, sessionId, generation, authenticatedAt, amr, acr, sessionData } = content;
    const { act, exchangedFrom, binding } = content;
    return {
      iss: this.settings.issuer,
      aud: audience.length === 1 ? audience[0] : [...audience],
      sub: content.subject,
      client_id: content.clientId,
      iat: secondsOf(now),
      jti: this.names.next(),
      roles: [...content.roles],
      ...(scope !== undefined && { scope: formatScope(scope) }),
      ...(sessionId !== undefined && { sid: sessionId }),
      ...(generation !== undefined && { sid_gen: generation }),
      ...(authenticatedAt !== undefined && { auth_time: Math.floor(authenticatedAt / 1000) }),
      ...(amr !== undefined && { amr: [...amr] }),
      ...(acr !== undefined && { acr }),
      ...(act !== undefined && { act: plainClaims(act, 'act') }),
      ...(exchangedFrom !== undefined && { exchanged_from: writtenOrigins(exchangedFrom) }),
      ...(binding !== undefined && { cnf: confirmationOf(binding) }),
      ...(sessionData !== undefined && { session_data: plainClaims(sessionData, 'sessionData') }),
    };
  }

  /** Those that only the commit tells, and what follows from it. */
  private committedClaims(
    { ttlMs = this.settings.ttlMs }: AccessTokenContent,
    { epoch, lostAnswers = 0, expiresBy = Infinity }: CommittedTerms,
    now: number,
  ): CommittedClaims {
    const leftMs = Math.min(ttlMs, this.settings.maxTtlMs, expiresBy - now);
    return {
      exp: secondsOf(now) + Math.max(1, Math.floor(leftMs / 1000)),
      epoch,
      ...(lostAnswers > 0 && { sid_answer: lostAnswers }),
    };
  }
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Whatever the reason, the client's token is used: it is told to try again, and gets the same successor. */
function failedAfterCommit(error: unknown): never {
  if (isAuthError(error) && error.code === 'store_unavailable') throw error;
  throw storeUnavailable('the access token could not be made', { cause: error });
}

/**
 * What a host adds, as plain data of our own; it can't replace a registered claim. Of two of one name the later counts.
 * @throws TypeError that names the claim which is no plain data
 */
function hostClaims(...given: readonly unknown[]): JsonObject {
  const some = given.filter((claims) => claims !== undefined && claims !== null);
  const added = some.flatMap((claims) => Object.entries(plainClaims(claims)));
  return Object.fromEntries(added.filter(([name]) => !isReservedClaim(name)));
}

function writtenOrigins(origins: NonNullable<AccessTokenContent['exchangedFrom']>): readonly JsonObject[] {
  return origins.map(({ subject, clientId, tokenId, sessionId, epoch }) => ({
    sub: subject,
    client_id: clientId,
    jti: tokenId,
    ...(sessionId !== undefined && { sid: sessionId }),
    epoch,
  }));
}

// RFC 9068 §5: the subject of a client must not be confused with that of a user.
function refuseAmbiguousSubject(content: AccessTokenContent): void {
  const { subject, clientId, sessionId, authenticatedAt, exchangedFrom } = content;
  if (!subject.startsWith(MACHINE_PREFIX)) return;
  const isMachine = sessionId === undefined && authenticatedAt === undefined;
  // What came of an exchange is about whom the token before was about, whoever asked for it.
  if (isMachine && (exchangedFrom !== undefined || subject === MACHINE_PREFIX + clientId)) return;
  throw new AuthError('access_denied', { detail: 'the subject of a user must not begin with "client:"' });
}

/** For one resource alone, where it was asked for. What isn't accepted here could be neither checked nor revoked here. */
function audienceOf({ resource }: AccessTokenContent, { audience }: AccessTokensSettings): readonly string[] {
  if (resource === undefined) return audience;
  if (audience.includes(resource)) return [resource];
  throw new AuthError('invalid_target', { detail: 'no tokens are issued for this resource' });
}

type Holder = Pick<AccessTokenContent, 'subject' | 'sessionId'>;

/**
 * The epochs of the last tokens that were handed out: most subjects of a partition are under the same one. On Redis each of
 * the 64 partitions has its own, since it began when its first token was issued. A guess, never a verdict.
 */
class ExpectedEpochs {
  private readonly ofPartitions = new Map<string, number>();
  private latest: number | undefined;

  /** What the next token of a holder will probably be under; of any partition as long as nothing is known of its own. */
  of(holder: Holder): number | undefined {
    return this.ofPartitions.get(partitionOfToken(holder)) ?? this.latest;
  }

  learn(holder: Holder, epoch: number): void {
    this.latest = epoch;
    this.ofPartitions.set(partitionOfToken(holder), epoch);
  }
}
