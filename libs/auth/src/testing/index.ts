export { keyStoreContract, type KeyStoreHarness } from '../keys/sources/key-store.contract.js';
export { refreshSessionContract } from '../refresh-sessions/refresh-session.contract.js';
export type { RefreshSessionHarness } from '../refresh-sessions/contract/refresh-session.contract-harness.js';
export {
  slidingWindowContract,
  type SlidingWindowHarness,
} from '../throttler/sliding-window/sliding-window.contract.js';
export {
  tokenBlacklistContract,
  type TokenBlacklistHarness,
} from '../token-blacklist/token-blacklist.contract.js';
export type { ContractCase } from './contract.js';
export { ManualClock } from './manual-clock.js';
