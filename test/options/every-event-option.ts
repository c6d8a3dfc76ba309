import type { CompleteAuthOptions } from './complete.js';
import { TestEmitter } from './smallest-ports.js';

/** Everything that can be said about events. */
export const everyEventOption: CompleteAuthOptions['events'] = {
  forwardTo: TestEmitter,
  alerts: {
    failedLogins: { failures: 5, within: '10m' },
    credentialStuffing: { accounts: 5, within: '10m' },
    reuse: { times: 2, within: '1d' },
    keyExpiry: '2d',
  },
};
