import { clusterFailover, clusterMasterLost, slotMigrating } from '../support/redis/faults/index.js';
import { all, describeFaults } from './fault-table.js';

const SESSION = '*session*';

describe('while a Cluster changes, and after it', () => {
  describeFaults('cluster', [
    { fault: slotMigrating(SESSION), ...all('either') },
    { fault: clusterFailover(SESSION), ...all('either') },
    { fault: clusterMasterLost('hung', SESSION), ...all('either') },
    // The last one: the master stays away.
    { fault: clusterMasterLost('killed', SESSION), ...all('either') },
  ]);
});
