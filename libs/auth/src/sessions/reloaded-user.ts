import { commonScope } from '../kernel/scope.js';
import type { KnownSession, SessionFacts } from './session.js';
import type { LoginBeginning, ReloadTerms, StoredFacts } from './session.store.js';

/** What may change about a user while a session lives. */
export type ReloadedUser = Pick<SessionFacts, 'roles' | 'scope' | 'claims'> & {
  /** What the client is told besides; it isn't kept. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
};

/** What a record will say by what the host said about its user, and when that was asked. */
export interface ReloadedFacts {
  readonly facts: StoredFacts;
  readonly begun: LoginBeginning;
}

/** A session that is about to be opened, with what its user may by now. */
export interface RenewedSession {
  readonly session: KnownSession;
  /** What the host has to say to the client besides. */
  readonly answer: ReloadedUser['answer'];
}

/** Asks the host what the user of a session may by now; `undefined`: nobody is that user any more. */
export type UserReload = (session: KnownSession) => Promise<ReloadedUser | undefined>;

/** A session with what its user may by now; `undefined`: nobody is that user any more. */
export async function renewedBy(
  reload: UserReload | undefined,
  session: KnownSession,
): Promise<RenewedSession | undefined> {
  if (reload === undefined) return { session, answer: undefined };
  const user = await reload(session);
  return user && { session: factsAfter(session, user), answer: user.answer };
}

/** The scope that the login granted: no refresh ever exceeds it. */
export function scopeAtLogin({ scope, granted }: SessionFacts): readonly string[] | undefined {
  return granted === undefined ? scope : granted.scope;
}

/** What a record has to say from now on. Scope that the user lost and has again comes back, as far as the login granted it. */
export function factsAfter<Facts extends SessionFacts>(
  facts: Facts,
  { roles, scope: allowed, claims }: ReloadedUser,
): Facts {
  const granted = { scope: scopeAtLogin(facts) };
  const scope = commonScope(granted.scope, allowed);
  const isAsGranted = isSameData(scope, granted.scope);
  return { ...facts, roles, scope, claims, granted: isAsGranted ? undefined : granted };
}

/** What a rotation writes down of that: nothing where the record would read the same. */
export function changesOf({ begun, facts }: ReloadedFacts, before: StoredFacts): ReloadTerms {
  return isSameData(facts, before) ? { begun } : { begun, facts };
}

function isSameData(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
