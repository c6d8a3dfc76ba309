import { randomId } from '../kernel/opaque.js';
import { boundedDevice, type SessionFacts } from './session.js';
import type { StoredFacts } from './session.store.js';

/** What is written down of a session that is to be opened. */
export function newFacts(login: SessionFacts): StoredFacts {
  return { ...login, device: boundedDevice(login.device), salt: randomId(16) };
}
