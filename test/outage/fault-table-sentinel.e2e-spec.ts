import { sentinelFailover, sentinelMasterLost } from '../support/redis/faults/index.js';
import { all, describeFaults } from './fault-table.js';

describe('while Sentinel fails over, and after it', () => {
  describeFaults('sentinel', [
    { fault: sentinelMasterLost('killed'), ...all('either') },
    { fault: sentinelMasterLost('hung'), ...all('either') },
    { fault: sentinelFailover(), ...all('either') },
  ]);
});
