// Every number that is promised, measured in one go, beside its target.
//   npm run build && npm ci --prefix bench && node bench/targets.mjs [--quick] [--write] [--only access,issuing,instance,connections,decisions]
// About eight minutes on a quiet machine, four of them `access.mjs`. `--write` puts it into RESULTS.md. Exits with 2 when a
// target isn't met.
import { parseArgs } from 'node:util';
import { cases } from './support/access/cases.mjs';
import { measureAccess, planOf } from './support/access/measure.mjs';
import { accessReport, accessTargets } from './support/access/report.mjs';
import { cores } from './support/cores.mjs';
import { startRedis } from './support/redis-server.mjs';
import { circumstances, targetTable, writeResults } from './support/results.mjs';
import { decisions } from './support/targets/decisions.mjs';
import { instance } from './support/targets/instance.mjs';
import { issuing } from './support/targets/issuing.mjs';
import { manyConnections } from './support/targets/many-connections.mjs';

const parts = { issuing, instance, connections: manyConnections, decisions };
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', default: ['access', ...Object.keys(parts)].join() },
  },
});
const { quick } = values;
const only = values.only.split(',');
if (values.write && only.length <= Object.keys(parts).length) throw new Error('--write wants every part');
const tell = (line) => console.error(line);

const where = await circumstances();
const targets = [];
let access;
if (only.includes('access')) {
  const plan = planOf({ quick, names: Object.keys(cases) });
  const results = await measureAccess(plan, tell);
  access = accessReport(results, plan);
  targets.push(...accessTargets(results));
}
for (const [name, measure] of Object.entries(parts)) {
  if (!only.includes(name)) continue;
  tell(name);
  const redis = await startRedis({ core: cores.redis });
  targets.push(...(await measure({ redis, quick, tell })));
  await redis.stop();
}
const pages = {
  targets: `${where}\n\n${targetTable(targets)}`,
  ...(access !== undefined && { access: `${where}\n\n${access}` }),
};
console.log([access, pages.targets].filter(Boolean).join('\n\n'));
if (values.write) await writeResults(pages);
process.exit(targets.some(({ isMet }) => isMet === false) ? 2 : 0);
