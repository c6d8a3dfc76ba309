import { olderSnapshot } from '../support/redis/faults/index.js';
import { all, describeFaults } from './fault-table.js';

describe('while what is written is going to be lost, and after it', () => {
  describeFaults('snapshots', [{ fault: olderSnapshot(), ...all('works'), tokens: 'refused' }]);
});
