// What requests get while Redis is away, beside the usual stack, in one run.
//   npm run build && npm ci --prefix bench && node bench/outage.mjs
//   [--rate 1000] [--connections 200] [--during 6] [--before 5] [--after 6] [--patience 3] [--platform fastify]
//   [--faults kill,hang] [--stacks usual,tuned,gatehouse,bounded,bare]; all times in seconds
// The load is an open loop: requests are due at fixed times, whatever the answers, and are timed from then on. A request
// without an answer for `patience` counts as a hang, and as that long. A tenth of the
// requests goes to a bare app: what the machine adds is seen there. Exits with 2 when a promise doesn't hold, 1 when that can't be told.
import { outageOptions, runSideBySide } from './support/outage/side-by-side.mjs';
import { faults } from './support/outage/through-outage.mjs';

const { values, plan } = outageOptions({
  connections: '200',
  during: '6',
  faults: Object.keys(faults).join(','),
  stacks: 'usual,tuned,gatehouse,bounded',
});
const connections = Number(values.connections);

await runSideBySide(
  { values, plan },
  `${plan.rate} requests/s over ${connections} connections`,
  values.faults.split(',').map((fault) => ({ title: faults[fault].name, fault, connections })),
);
