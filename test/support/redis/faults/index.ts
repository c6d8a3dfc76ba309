export { noPermission, userOff, wrongPassword } from './access-faults.js';
export { flushed, olderSnapshot } from './data-faults.js';
export {
  clusterFailover,
  clusterMasterLost,
  sentinelFailover,
  sentinelMasterLost,
} from './failover-faults.js';
export type { Fault } from './fault.js';
export { cut, refused, silent, silentForGood, slow } from './network-faults.js';
export { hung, killed } from './process-faults.js';
export { busy, full, readOnly } from './server-faults.js';
export { slotMigrating } from './slot-migrating.js';
export { only, type Stage, type StageKind, startStage } from './stage.js';
