import type { RequestDevice } from '../context/callers/origin-of.js';
import { isScopeWithin } from '../kernel/scope.js';
import type { RefreshTokenParts } from './refresh-token-mac.js';
import { type ReloadedFacts, type ReloadedUser, scopeAtLogin } from './reloaded-user.js';
import type { KnownSession, Session, SessionFacts } from './session.js';
import type { RecallVerdict, StoredFacts, SupersededVerdict } from './session.store.js';

/** What a login or refresh hands out. */
export interface OpenedSession {
  readonly session: Session;
  readonly refreshToken: string;
  /** Epoch the access token must carry. */
  readonly epoch: number;
  /** How many answers with the refresh token were taken for lost before; the access token must say so. 0 with a login. */
  readonly lostAnswers: number;
}

/** An authentic refresh token that may be turned over; nothing has happened to it yet. */
export interface PresentedToken {
  /** With what its user may by now. */
  readonly session: KnownSession;
  /** What the access token may be used for. */
  readonly scope: readonly string[] | undefined;
  /** What the host has to say to the client besides. */
  readonly answer: ReloadedUser['answer'];
  /** @internal */
  readonly token: AuthenticToken;
  /** @internal */
  readonly reloaded: ReloadedFacts | undefined;
}

/** A refresh token of a session that is remembered, or why it is none. */
export type Authentic =
  | {
      readonly token: Omit<RefreshTokenParts, 'mac'>;
      readonly facts: StoredFacts;
      /** What the host said to tell the client when it was asked about the token. */
      readonly answer?: ReloadedUser['answer'];
    }
  | { readonly verdict: 'malformed' | 'mismatched' | 'revoked' | 'unknown' };

/** An authentic refresh token of the right client, as it was presented. */
export interface AuthenticToken {
  readonly id: string;
  readonly generation: number;
  /** As the record has them. */
  readonly facts: StoredFacts;
  /** What the client is told where nobody reloads its user. */
  readonly answer: ReloadedUser['answer'];
  /** What was asked for. */
  readonly requestedScope: readonly string[] | undefined;
  /** What the client may have by now, whatever the login granted; `undefined` limits nothing. */
  readonly allowedScope: readonly string[] | undefined;
  /** What the request tells about the device. */
  readonly device: RequestDevice | undefined;
}

/** What a login hands out, or why it has to be begun again. */
export type LoginOutcome = ({ readonly verdict: 'opened' } & OpenedSession) | SupersededVerdict;

/** What a refresh must match, as far as the caller knows it. */
export interface RotationRequest {
  /** The client that asks, or those that may; must be the session's. */
  readonly clientId?: string | readonly string[] | undefined;
  /** What the sender proved to hold; must be the session's binding if it has one. */
  readonly binding?: string | undefined;
  /** Narrower scope for the access token; the session keeps its own. */
  readonly scope?: readonly string[] | undefined;
  /** Greatest scope of the access token, whatever the login granted: what the client may have by now. */
  readonly allowedScope?: readonly string[] | undefined;
  /** The one resource that the access token is for; must be the session's if it has one. */
  readonly resource?: string | undefined;
  /** What the request tells about the device, for a session that is opened by it, and for the record of the event. */
  readonly device?: RequestDevice | undefined;
  /** The request that shows the token, where there is one: what was read ahead for it is used. */
  readonly shownBy?: object | undefined;
}

/** Of a refresh token that is shown, what was read before it was looked at. */
export interface LookedUp {
  readonly sessionId: string;
  readonly facts: Promise<RecallVerdict>;
}

/** Why a refresh token isn't even presented to the store. */
export interface Refusal {
  readonly verdict: 'revoked' | 'unknown' | 'mismatched' | 'malformed' | 'scope-exceeded' | 'other-resource';
}

/** The host says that the user of the session is nobody any more. */
export interface Disowned {
  readonly verdict: 'disowned';
  readonly sessionId: string;
}

/** Answer to a refresh. Only `reused` has an effect beyond the answer: the session and its access tokens are dead. */
export type RefreshOutcome =
  | ({ readonly verdict: 'rotated' | 'replayed' } & OpenedSession)
  | { readonly verdict: 'reused' | 'revoked' | 'expired' | 'unknown' }
  | SupersededVerdict
  | Refusal
  | Disowned;

/** A refresh token that was looked at, or why it won't be turned over. */
export type Presentation = PresentedToken | Refusal | Disowned;

/** Whether a request comes from a client, as far as it says. */
export function mayComeFrom(client: string, { clientId }: Pick<RotationRequest, 'clientId'>): boolean {
  return clientId === undefined || [clientId].flat().includes(client);
}

/** Why a request isn't answered with tokens of a session, before anything is touched. */
export function refusalOf(
  facts: SessionFacts,
  { clientId, binding, scope, resource = facts.resource }: RotationRequest,
): 'mismatched' | 'scope-exceeded' | 'other-resource' | undefined {
  if (!mayComeFrom(facts.clientId, { clientId })) return 'mismatched';
  if (facts.binding !== undefined && binding !== facts.binding) return 'mismatched';
  if (facts.resource !== undefined && resource !== facts.resource) return 'other-resource';
  // A session that was granted no scope has none to hand out.
  const exceeds = scope !== undefined && !isScopeWithin(scope, scopeAtLogin(facts) ?? []);
  return exceeds ? 'scope-exceeded' : undefined;
}
