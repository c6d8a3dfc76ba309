import { cut, refused, silent, silentForGood, slow } from '../support/redis/faults/index.js';
import { all, describeFaults } from './fault-table.js';

const A_LITTLE_MS = 10;
/** Beyond the deadline of a call. */
const TOO_SLOW_MS = 400;

describe('while the network fails, and after it', () => {
  describeFaults('proxied', [
    { fault: slow(A_LITTLE_MS), ...all('either') },
    { fault: slow(TOO_SLOW_MS), ...all('503') },
    { fault: cut(), ...all('503') },
    { fault: refused(), ...all('503') },
    { fault: silent('accepted'), ...all('503') },
    { fault: silent('refused'), ...all('503') },
    { fault: silentForGood('accepted'), ...all('503') },
    { fault: silentForGood('refused'), ...all('503') },
  ]);
});
