// Thousands of keep-alive connections through an outage, beside the usual stack, in one run.
//   npm run build && npm ci --prefix bench && node bench/connections.mjs
//   [--connections 1000,5000,10000] [--rate 1000] [--during 5] [--before 5] [--after 6] [--patience 3] [--platform fastify]
//   [--fault hang] [--stacks bare,usual,tuned,gatehouse]; all times in seconds
// An open loop, as in `outage.mjs`; each connection is used in turn. A tenth of the
// requests goes to a bare app: what the machine adds is seen there. Exits with 2 when a promise doesn't hold, 1 when that can't be told.
import { outageOptions, runSideBySide } from './support/outage/side-by-side.mjs';
import { faults } from './support/outage/through-outage.mjs';
import { mostOpenFiles } from './support/processes.mjs';

/** Files of a process besides its connections. */
const OTHER_FILES = 200;
const { values, plan } = outageOptions({
  connections: '1000,5000,10000',
  during: '5',
  fault: 'hang',
  stacks: 'bare,usual,tuned,gatehouse',
});

const files = await mostOpenFiles();
const isPossible = (connections) => {
  if (connections + OTHER_FILES <= files) return true;
  console.log(
    `${connections} connections: not possible, a process may open ${files} files here (ulimit -Hn)`,
  );
  return false;
};

const { fault } = values;
await runSideBySide(
  { values, plan },
  `${plan.rate} requests/s; ${faults[fault].name}`,
  values.connections
    .split(',')
    .map(Number)
    .filter(isPossible)
    .map((connections) => ({
      title: `${connections.toLocaleString('en')} connections`,
      fault,
      connections,
    })),
);
