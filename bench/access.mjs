// What a protected route costs over HTTP beside the bare framework and beside what a user would pick instead.
//   npm run build && npm ci --prefix bench && node bench/access.mjs
//   [--quick] [--write] [--cases strict,usual] [--platforms fastify,express] [--replicas 3] [--pairs 5] [--slice 200]
// Each case runs in several processes in turn; in each it and a bare app of the same platform are kept busy in short slices,
// one after the other. `--write` puts it into RESULTS.md. Exits with 2 when a target isn't met.
import { parseArgs } from 'node:util';
import { cases } from './support/access/cases.mjs';
import { measureAccess, planOf } from './support/access/measure.mjs';
import { accessReport, accessTargets } from './support/access/report.mjs';
import { circumstances, targetTable, writeResults } from './support/results.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    cases: { type: 'string', default: Object.keys(cases).join() },
    platforms: { type: 'string', default: 'fastify,express' },
    replicas: { type: 'string' },
    pairs: { type: 'string' },
    slice: { type: 'string' },
  },
});
const given = { replicas: values.replicas, pairs: values.pairs, ms: values.slice };
const plan = planOf({
  quick: values.quick,
  names: values.cases.split(','),
  platforms: values.platforms.split(','),
  ...Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]])),
  ),
});

const where = await circumstances();
const results = await measureAccess(plan, (line) => console.error(line));
const targets = accessTargets(results);
const access = accessReport(results, plan);
const page = [where, access, targetTable(targets)].join('\n\n');
console.log(page);
if (values.write) await writeResults({ access: page });
process.exit(targets.some(({ isMet }) => isMet === false) ? 2 : 0);
