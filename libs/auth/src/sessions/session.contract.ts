import type { ContractCase } from '../testing/contract.js';
import type { SessionHarness } from './contract/session.contract-harness.js';
import { confirmationContract } from './contract/confirmation.contract.js';
import { countingAnswersContract } from './contract/counting-answers.contract.js';
import { endedBeforehandContract } from './contract/ended-beforehand.contract.js';
import { lostAnswersContract } from './contract/lost-answers.contract.js';
import { manySessionsContract } from './contract/many-sessions.contract.js';
import { adoptionContract } from './contract/adoption.contract.js';
import { reloadedUserContract } from './contract/reloaded-user.contract.js';
import { rotationContract } from './contract/rotation.contract.js';
import { sessionKeepingContract } from './contract/session-keeping.contract.js';
import { sessionRevocationContract } from './contract/session-revocation.contract.js';
import { supersededLoginContract } from './contract/superseded-login.contract.js';

/** Promises of every pair of session store and blacklist store on one medium. */
export const sessionContract: readonly ContractCase<SessionHarness>[] = [
  ...sessionKeepingContract,
  ...rotationContract,
  ...lostAnswersContract,
  ...countingAnswersContract,
  ...adoptionContract,
  ...confirmationContract,
  ...sessionRevocationContract,
  ...supersededLoginContract,
  ...endedBeforehandContract,
  ...reloadedUserContract,
  ...manySessionsContract,
];
