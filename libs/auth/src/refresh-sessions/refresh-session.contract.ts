import type { ContractCase } from '../testing/contract.js';
import type { RefreshSessionHarness } from './contract/refresh-session.contract-harness.js';
import { rotationContract } from './contract/rotation.contract.js';
import { sessionKeepingContract } from './contract/session-keeping.contract.js';
import { sessionRevocationContract } from './contract/session-revocation.contract.js';

/** Promises of every pair of session store and blacklist store on one medium. */
export const refreshSessionContract: readonly ContractCase<RefreshSessionHarness>[] = [
  ...sessionKeepingContract,
  ...rotationContract,
  ...sessionRevocationContract,
];
