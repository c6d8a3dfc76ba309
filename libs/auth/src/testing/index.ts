export { apiKeyStoreContract } from '../api-keys/api-key.store.contract.js';
export { keySourceContract } from '../keys/key-source.contract.js';
export { ManualClock } from './manual-clock.js';
