import { Injectable } from '@nestjs/common';
import type { AccessTokenContent } from '../../access-tokens/access-token-content.js';
import { isReservedClaim } from '../../access-tokens/access-token-issuer.js';
import { AuthError } from '../../kernel/auth-error.js';
import { MACHINE_PREFIX, type Principal } from '../../kernel/principal.js';
import { TokenService } from '../../tokens/token.service.js';
import { isConfidential, type OAuthClient, TOKEN_EXCHANGE } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { principalUnlessBad } from '../principal-unless-bad.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { ClientScope } from './client-scope.js';
import { Grant, type IssuedTokens } from './grant.js';
import { tokenTypeOf } from './issued-for.js';
import { SessionlessTokens } from './sessionless-tokens.js';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** What a shown token may be called (RFC 8693 §3): our access tokens are JWTs. */
const KINDS: readonly (string | undefined)[] = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt'];
/** Each of them is checked whenever the token is used. */
const MOST_ORIGINS = 8;

type Origins = NonNullable<Principal['exchangedFrom']>;

/** A client gets a token to act with for somebody whose access token it was shown (RFC 8693). */
@Injectable()
export class TokenExchangeGrant extends Grant {
  readonly type = TOKEN_EXCHANGE;

  constructor(
    private readonly verified: TokenService,
    private readonly scopes: ClientScope,
    private readonly resources: ResourceIndicators,
    private readonly tokens: SessionlessTokens,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    // §5: without authentication whoever finds a token could have others made of it.
    if (!isConfidential(client))
      throw new AuthError('unauthorized_client', { detail: 'a public client exchanges nothing' });
    refuseOtherKinds(request);
    const { subject, actor } = await this.shownTokens(client, request);
    const exchangedFrom = originsOf(actor === undefined ? [subject] : [subject, actor]);
    const resource = this.targetOf(client, request, subject);
    const scope = this.scopes.grantTo(client, request.read('scope').scope, subject.scope);
    const expiresBy = Math.min(subject.expiresAt, actor?.expiresAt ?? Infinity);
    const actorName = actor?.subject ?? MACHINE_PREFIX + client.id;
    const issued = await this.tokens.issue(
      {
        ...aboutSubject(subject),
        clientId: client.id,
        act: { sub: actorName, ...priorActors(subject) },
        exchangedFrom,
        resource,
        scope,
        ttlMs: client.accessTokenTtlMs,
        binding: request.binding,
      },
      expiresBy,
    );
    // A token is good for a second at least, and what it came from may have less left.
    if (issued.principal.expiresAt > expiresBy) throw unacceptable('subject_token');
    this.tokens.tell(this.type, issued, request);
    return {
      accessToken: issued.token,
      expiresInSeconds: issued.expiresInSeconds,
      scope,
      tokenType: tokenTypeOf(issued.principal),
      answer: { issued_token_type: ACCESS_TOKEN },
    };
  }

  private async shownTokens(
    client: OAuthClient,
    request: OAuthRequest,
  ): Promise<{ readonly subject: Principal; readonly actor: Principal | undefined }> {
    const { subjectTokensOf = [], actorTokensOf = [] } = client.tokenExchange ?? {};
    const { actor_token: actorToken } = request.read('actor_token');
    const subject = await this.principalOf('subject_token', request.require('subject_token'), [
      client.id,
      ...subjectTokensOf,
    ]);
    if (actorToken === undefined) return { subject, actor: undefined };
    const actor = await this.principalOf('actor_token', actorToken, actorTokensOf);
    // Whoever acts does so in person: an actor who is acted for could not be told from the one who acts.
    if (actor.actor !== undefined) throw unacceptable('actor_token');
    return { subject, actor };
  }

  /** By the checks of the guard. One that is bound to a key would need a proof, which only its owner can give. */
  private async principalOf(name: string, token: string, clientIds: readonly string[]): Promise<Principal> {
    const principal = await principalUnlessBad(this.verified, token);
    const isOurs = principal?.epoch !== undefined && principal.scheme === undefined;
    if (!isOurs || Object.hasOwn(principal.claims, 'cnf') || !clientIds.includes(principal.clientId))
      throw unacceptable(name);
    return principal;
  }

  /** What the token is for: of what the subject token is for, or of what the client may ask for besides. */
  private targetOf(client: OAuthClient, request: OAuthRequest, { claims }: Principal): string | undefined {
    const { audience } = request.read('audience');
    const resource = this.resources.namedBy(request);
    if (audience !== undefined && resource !== undefined && audience !== resource)
      throw invalidTarget('audience and resource differ: a token is for one');
    const target = resource ?? audience;
    const own = [claims['aud']].flat();
    const all = this.resources.all;
    if (target === undefined) {
      if (all.every((each) => own.includes(each))) return undefined;
      if (own.length === 1) return String(own[0]);
      throw invalidTarget('name the audience');
    }
    const allowed = [...own, ...(client.tokenExchange?.audience ?? [])];
    if (all.includes(target) && allowed.includes(target)) return target;
    throw invalidTarget('no token for this audience is issued for that one');
  }
}

function refuseOtherKinds(request: OAuthRequest): void {
  const sent = request.read('subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type');
  if (!KINDS.includes(request.require('subject_token_type')))
    throw invalidRequest('subject_token_type has to be an access token');
  // §2.1: required with an actor token, and not to be there without one.
  if ((sent.actor_token === undefined) !== (sent.actor_token_type === undefined))
    throw invalidRequest('actor_token and actor_token_type belong together');
  if (sent.actor_token_type !== undefined && !KINDS.includes(sent.actor_token_type))
    throw invalidRequest('actor_token_type has to be an access token');
  if (![undefined, ACCESS_TOKEN].includes(sent.requested_token_type))
    throw invalidRequest('requested_token_type has to be an access token');
}

/** What is known of whom the token is about stays known, the host's claims included. */
function aboutSubject(principal: Principal): Omit<AccessTokenContent, 'clientId'> {
  const { subject, roles, sessionId, authenticatedAt, amr, acr, sessionData } = principal;
  const ofHost = Object.entries(principal.claims).filter(([name]) => !isReservedClaim(name));
  const claims = Object.fromEntries(ofHost);
  return { subject, roles, sessionId, authenticatedAt, amr, acr, sessionData, claims };
}

/** §4.1: "the nested 'act' claims serve as a history trail". */
function priorActors({ actor, claims }: Principal): { readonly act?: unknown } {
  return actor === undefined ? {} : { act: claims['act'] };
}

function originsOf(shown: readonly Principal[]): Origins {
  const origins = shown.flatMap(({ subject, clientId, tokenId, sessionId, epoch, exchangedFrom = [] }) =>
    epoch === undefined ? [] : [{ subject, clientId, tokenId, sessionId, epoch }, ...exchangedFrom],
  );
  if (origins.length > MOST_ORIGINS)
    throw invalidRequest('the subject_token came of too many exchanges already');
  return origins;
}

/** §2.2.2. Why isn't told: it would say what somebody else's token is worth. */
function unacceptable(name: string): AuthError {
  return invalidRequest(`${name} is not acceptable`);
}

function invalidRequest(detail: string): AuthError {
  return new AuthError('invalid_request', { detail });
}

function invalidTarget(detail: string): AuthError {
  return new AuthError('invalid_target', { detail });
}
