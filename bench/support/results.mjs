// Targets and whether they are met, and the page that keeps the results.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pinning } from './cores.mjs';
import { startRedis } from './redis-server.mjs';
import { tableOf } from './tables.mjs';

const root = join(import.meta.dirname, '../..');
const PAGE = join(root, 'bench/RESULTS.md');

/** A target is `{ what, measured, target, isMet }`; `measured` is undefined where nothing was measured. */
function target(what, value, wanted, { digits = 2, word, isMet }) {
  const measured = value === undefined ? undefined : value.toFixed(digits);
  return {
    what,
    measured,
    target: `${word} ${wanted}`,
    isMet: value === undefined ? undefined : isMet(value),
  };
}

export const atMost = (what, value, most, { digits = 1 } = {}) =>
  target(what, value, most, { digits, word: '≤', isMet: (is) => is <= most });
export const atLeast = (what, value, least, { digits = 2 } = {}) =>
  target(what, value, least, { digits, word: '≥', isMet: (is) => is >= least });

const verdicts = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [undefined, ''],
]);

export const targetTable = (targets) =>
  tableOf(
    ['what', 'measured', 'target', 'met'],
    targets.map((each) => [
      each.what,
      each.measured ?? 'not measured',
      each.target,
      verdicts.get(each.isMet),
    ]),
  );

/** The machine and the versions of a run. */
export async function circumstances() {
  const versionOf = async (folder) =>
    JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')).version;
  const redis = await startRedis();
  const [, redisVersion] = /^redis_version:(\S+)/m.exec(await redis.admin.info('server'));
  await redis.stop();
  const inRoot = ['@nestjs/core', 'passport-jwt'];
  const inBench = [
    'ioredis',
    'jose',
    '@nest-lab/throttler-storage-redis',
    'better-auth',
    '@thallesp/nestjs-better-auth',
  ];
  const packages = [
    ...inRoot.map(async (name) => `${name} ${await versionOf(`node_modules/${name}`)}`),
    ...inBench.map(async (name) => `${name} ${await versionOf(`bench/node_modules/${name}`)}`),
  ];
  const load = loadavg().map((average) => average.toFixed(1));
  return (
    `${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model.trim()}, ${cpus().length} cores, ${pinning}; load average ` +
    `before the run ${load.join(' ')}. Node ${process.version}, Redis ${redisVersion}, ${(await Promise.all(packages)).join(', ')}.`
  );
}

/** Puts new text into the sections of the page; a section stands between comments with its name. */
export async function writeResults(sections) {
  let page = await readFile(PAGE, 'utf8');
  for (const [name, text] of Object.entries(sections)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [page.indexOf(begin), page.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`RESULTS.md has no section ${name}`);
    page = `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
  }
  const { format, resolveConfig } = await import('prettier');
  await writeFile(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
