import { randomId } from '../kernel/opaque.js';
import { boundedDevice, type SessionFacts, type SessionTimes } from './session.js';

/** Facts as the store keeps them: with the random salt that the MAC of the session's refresh tokens covers. */
export interface StoredFacts extends SessionFacts {
  /** 128 random bits, base64url; never leaves the server. */
  readonly salt: string;
}

/** What is written down of a session that is to be opened. */
export function newFacts(login: SessionFacts): StoredFacts {
  return { ...login, device: boundedDevice(login.device), salt: randomId(16) };
}

/** Where a session stands. */
export interface SessionState extends SessionTimes {
  /** Number of the refresh token that is current. */
  readonly generation: number;
}

/** How long a new session may live and how many its subject may have. */
export interface SessionTerms {
  readonly idleTtlMs: number;
  readonly absoluteTtlMs: number;
  /** Greatest number of live sessions of the subject; 0 is no limit. */
  readonly maxSessions: number;
  /** At the limit: end the session that has been idle longest, or refuse the login. */
  readonly whenFull: 'evict-oldest' | 'reject';
  /** When the login began; a revocation since then refuses it. Left out: it begins now. */
  readonly begun?: LoginBeginning | undefined;
}

/** Generation of a legacy refresh token in its session: the one before the first that we write. */
export const ADOPTED_GENERATION = -1;

/** How the session of a legacy refresh token is opened. */
export interface AdoptionTerms extends Omit<SessionTerms, 'begun'> {
  /** When the token was issued, epoch ms: a revocation since then refuses it. */
  readonly issuedAt: number;
  /** For how long the token may be shown: as long it is remembered that it was adopted. */
  readonly rememberedMs: number;
}

/** Since when nothing may have been revoked, of a login or of a refresh that asks the host about its user. */
export interface LoginBeginning {
  /** How many milliseconds ago it began: before anybody looked at the credentials, or the user. Asked at the last moment. */
  ageMs?(): number;
  /** Those of {@link SessionStore.beginLogin} or of a `superseded` verdict: these are known, only further ones refuse. */
  readonly revocations?: string;
}

/** Which sessions of a subject are listed. */
export interface SessionPage {
  readonly limit: number;
  /** The last session of the page before; left out for the first page. */
  readonly after?: Pick<SessionTimes, 'idleExpiresAt'> & { readonly id: string };
}

/** What a rotation may do. */
export interface RotationTerms {
  readonly idleTtlMs: number;
  /**
   * How long after a rotation its predecessor may be presented again, and after the first use of what the rotation handed
   * out; 0 is never.
   */
  readonly reuseWindowMs: number;
  /**
   * How long after a rotation its predecessor may be presented again while nobody has used what the rotation handed out:
   * see {@link TokenBlacklistStore.confirmUse}. @default 0, which is never
   */
  readonly replayUnconfirmedMs?: number;
  /** What the host said about the user meanwhile. Left out: it wasn't asked. */
  readonly reloaded?: ReloadTerms | undefined;
}

/** What a rotation does with the host's word about the user. */
export interface ReloadTerms {
  /** When the host was asked; a revocation since then makes its answer worth nothing. */
  readonly begun: LoginBeginning;
  /** What the record says from now on; left out where that stays the same. Never another subject, client or salt. */
  readonly facts?: StoredFacts | undefined;
}

/** Answer to a login. */
export type OpenVerdict =
  | {
      readonly verdict: 'opened';
      readonly state: SessionState;
      /** Epoch to issue the access token under. */
      readonly epoch: number;
      /** Sessions ended to make room. */
      readonly evicted: readonly string[];
    }
  | { readonly verdict: 'full' }
  | { readonly verdict: 'ended' }
  | SupersededVerdict;

/**
 * Answer to an adoption. `known`: the token was adopted before, or withdrawn; or its session is there. `revoked`: its subject, client or everybody was,
 * since it was issued.
 */
export type AdoptionVerdict =
  Extract<OpenVerdict, { verdict: 'opened' }> | { readonly verdict: 'full' | 'known' | 'revoked' };

/** Answer to a refresh; the table is in docs/sessions.md. */
export type RotationVerdict =
  | {
      readonly verdict: 'rotated' | 'replayed';
      readonly state: SessionState;
      /** Epoch to issue the access token under. */
      readonly epoch: number;
      /** How many answers with this successor were taken for lost before, later than the reuse window; for the access token. */
      readonly lostAnswers: number;
    }
  | { readonly verdict: 'reused' | 'revoked' | 'expired' | 'unknown' }
  | SupersededVerdict;

/** What was found out about a user is no longer true: something was revoked since. */
export interface SupersededVerdict {
  readonly verdict: 'superseded';
  /** What was revoked, for the next attempt: only what is revoked beyond it refuses that one. Only the store can read it. */
  readonly revocations: string;
}

/** What {@link SessionStore.recall} answers: facts, or why there are none. */
export type RecallVerdict = StoredFacts | 'revoked' | 'unknown';

/** A session with its facts and where it stands. */
export interface StoredSession {
  readonly id: string;
  readonly facts: StoredFacts;
  readonly state: SessionState;
}

/** A session that a revocation ended. */
export interface EndedSession {
  readonly sessionId: string;
  /** `undefined` when no record that says so can be read. */
  readonly subject: string | undefined;
}

/**
 * Keeps one record of constant size per session, and nothing about refresh tokens.
 *
 * Each verb is atomic against each other verb and against the revocations of the token blacklist on the same medium: a
 * refresh and a revocation at the same instant end with the session ended and nothing valid issued. Time is the
 * store's. Every verb throws `store_unavailable` when the store can't answer.
 */
export abstract class SessionStore {
  /**
   * Opens a session, ending others of the subject if its terms ask for it. `superseded` opens nothing: the subject, its
   * client or everybody was revoked since the login began, so whoever it is has to be asked again. Of logins and
   * revocations at the same instant each login is refused or comes after the revocation. `ended` opens nothing either: the session
   * was named before, and ended under that name.
   */
  abstract open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict>;

  /** A login that begins now, for {@link SessionTerms.begun}; nothing is written. */
  abstract beginLogin(subject: string, clientId: string): Promise<LoginBeginning>;

  /**
   * Opens the session of a legacy refresh token, whose id follows from the token, unless that was done before. It
   * is as if the session had always been there: the token is its current one, of {@link ADOPTED_GENERATION}, and {@link rotate} decides
   * on it as on any other. Of any number of simultaneous calls exactly one is `opened`.
   */
  abstract adopt(sessionId: string, facts: StoredFacts, terms: AdoptionTerms): Promise<AdoptionVerdict>;

  /** Lets no session of this id be opened by {@link adopt}, if none was; a session that is there goes on. */
  abstract withdraw(sessionId: string, rememberedMs: number): Promise<void>;

  /** The facts; subject, client and salt never change. Needed to check a refresh token before it may touch anything. */
  abstract recall(sessionId: string): Promise<RecallVerdict>;

  /**
   * Decides on an authentic refresh token and does what the verdict says, in one step. Of any number of simultaneous
   * calls with the current generation exactly one is `rotated`. `superseded` does nothing: something was revoked since the
   * host was asked about the user, so it has to be asked again. Otherwise what it said is kept with the session.
   */
  abstract rotate(
    session: Pick<StoredSession, 'id' | 'facts'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict>;

  /** A live session. */
  abstract find(sessionId: string): Promise<StoredSession | undefined>;

  /** One page of the live sessions of a subject, the one that has been idle longest in front. */
  abstract list(subject: string, page: SessionPage): Promise<readonly StoredSession[]>;

  /**
   * Ends every session of the subject but this one, with their access tokens, and refuses logins of the subject that are
   * under way. Answers what it ended. Thousands are ended some at a time: one that is opened meanwhile may be ended too.
   */
  abstract revokeOthers(sessionId: string): Promise<readonly EndedSession[]>;
}
