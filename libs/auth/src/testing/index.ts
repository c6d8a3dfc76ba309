export type { ContractCase } from './contract.js';
export { ManualClock } from './manual-clock.js';
