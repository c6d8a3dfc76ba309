import { randomId } from '../kernel/opaque.js';
import { isScopeWithin } from '../kernel/scope.js';
import type { RotationRequest } from './refresh-outcome.js';
import { scopeAtLogin } from './reloaded-user.js';
import { boundedDevice, type KnownSession, type Session, type SessionFacts } from './session.js';
import type { StoredFacts, StoredSession } from './session.store.js';

/** What is written down of a session that is to be opened. */
export function newFacts(login: SessionFacts): StoredFacts {
  return { ...login, device: boundedDevice(login.device), salt: randomId(16) };
}

/** A session as far as the host is asked about it: without its salt. */
export function knownOf(id: string, { salt: _salt, ...known }: StoredFacts): KnownSession {
  return { id, ...known };
}

/** A session as the rest of the library sees it: without its salt, its generation, and what only tokens say. */
export function sessionOf({ id, facts, state }: StoredSession): Session {
  const { salt: _salt, claims: _claims, granted: _granted, ...known } = facts;
  const { generation: _generation, ...times } = state;
  return { id, ...known, ...times };
}

/** Whether a request comes from a client, as far as it says. */
export function mayComeFrom(client: string, { clientId }: Pick<RotationRequest, 'clientId'>): boolean {
  return clientId === undefined || [clientId].flat().includes(client);
}

/** Why a refresh token may not be turned over by a request, whatever became of it. */
export function refuse(
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
