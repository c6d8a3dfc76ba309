// Role checks: ours, casbin, CASL, accesscontrol and a plain Map of Sets, on casbin's own workloads and on deeper graphs.
// npm run build && node --expose-gc bench/role-graph.mjs [--quick]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { RoleGraph } from '../libs/auth/dist/index.js';
import { definitionOf, peers } from './support/role-peers.mjs';
import { casbinWorld, layeredWorld, tangledWorld } from './support/role-worlds.mjs';
import { median, printRace, race } from './support/rounds.mjs';

const quick = process.argv.includes('--quick');
const timing = quick ? { rounds: 3, ms: 100 } : { rounds: 7, ms: 400 };
const gc = globalThis.gc ?? (() => {});
const require = createRequire(import.meta.url);

const versionOf = (name) => {
  const folder = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
  for (const file of folder)
    try {
      return `${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`;
    } catch {}
  return name;
};
console.log(
  `Node ${process.version}, ${cpus()[0].model} (${cpus().length} cores), ` +
    ['casbin', '@casl/ability', 'accesscontrol'].map(versionOf).join(', ') +
    '\nAll times are CPU time of this process, all threads; pauses are wall clock.',
);

async function compare(title, world, without = []) {
  const loaded = [];
  console.log(`\n=== ${title}`);
  console.log(`${''.padEnd(38)} ${'load'.padStart(10)} ${'heap'.padStart(10)}`);
  for (const { name, load } of peers) {
    if (without.includes(name)) continue;
    gc();
    const heapBefore = process.memoryUsage();
    const startedAt = cpuMs();
    const make = await load(world);
    const loadMs = cpuMs() - startedAt;
    gc();
    const heap = usedBetween(heapBefore, process.memoryUsage());
    const work = make(world.requests);
    const allowed = await work(world.requests.length);
    const expected = world.requests.filter((each) => each.allowed).length;
    if (allowed !== expected)
      throw new Error(`${name} allows ${allowed} of ${world.requests.length}, not ${expected}`);
    console.log(
      `${name.padEnd(38)} ${loadMs.toFixed(1).padStart(7)} ms ${(heap / 1e6).toFixed(1).padStart(7)} MB`,
    );
    loaded.push({ name, work });
  }
  printRace('checks', await race(loaded, timing), 'gatehouse');
}

/** CPU time of this process in milliseconds, garbage collection included: what other processes do doesn't count. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const usedBetween = (before, after) =>
  Math.max(0, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);

await compare("casbin's small workload: 100 roles, 10 resources, 1,000 users", casbinWorld(100, 10, 1000));
await compare(
  "casbin's medium workload: 1,000 roles, 100 resources, 10,000 users",
  casbinWorld(1000, 100, 10_000),
);
await compare(
  "casbin's large workload: 10,000 roles, 1,000 resources, 100,000 users",
  casbinWorld(10_000, 1000, 100_000),
);
await compare('a chain of 10 roles', layeredWorld(10, 1));
await compare('8 layers of 8 roles, each inheriting the whole next layer', layeredWorld(8, 8));
await wildcards();
await rebuild();
await reloadWhileChecking();

/** 50 patterns of which the last matches: a compiled column costs what any other does; a list of regular expressions is walked. */
async function wildcards() {
  const patterns = Array.from({ length: 50 }, (_, at) => `area${at}:*:${at % 2 === 0 ? 'read' : '*'}`);
  const graph = RoleGraph.compile({ roles: { it: { grants: patterns } } });
  const expressions = patterns.map((pattern) => {
    const body = pattern
      .split(':')
      .map((part, at, all) => (part !== '*' ? part : at === all.length - 1 ? '.+' : '[^:]+'));
    return new RegExp(`^${body.join(':')}$`);
  });
  const asked = ['area49:posts:write', 'area48:posts:read', 'area48:posts:write', 'elsewhere:posts:read'];
  const loop = (ask) => (n) => {
    let allowed = 0;
    for (let i = 0; i < n; i++) if (ask(asked[i & 3])) allowed++;
    return allowed;
  };
  const roles = ['it'];
  const first = (n) => {
    for (let i = 0; i < n; i++)
      RoleGraph.compile({ roles: { it: { grants: patterns } } }, { maxColumns: 1 }).can(roles, asked[i & 3]);
  };
  const rows = await race(
    [
      { name: 'gatehouse', work: loop((permission) => graph.can(roles, permission)) },
      {
        name: 'a list of RegExp',
        work: loop((permission) => expressions.some((each) => each.test(permission))),
      },
      { name: 'gatehouse, compile + first check', work: first },
    ],
    timing,
  );
  printRace('=== 50 wildcard grants', rows, 'gatehouse');
}

async function rebuild() {
  const definition = definitionOf(tangledWorld());
  const required = Array.from({ length: 1000 }, (_, at) => `thing${at}:read`);
  const [whole, columns, lazy] = [[], [], []];
  let bytes = 0;
  for (let round = 0; round < (quick ? 5 : 15); round++) {
    gc();
    let startedAt = cpuMs();
    const graph = RoleGraph.compile(definition);
    whole.push(cpuMs() - startedAt);
    const between = process.memoryUsage();
    startedAt = cpuMs();
    graph.prepare(required);
    columns.push(cpuMs() - startedAt);
    bytes = process.memoryUsage().arrayBuffers - between.arrayBuffers;
    startedAt = cpuMs();
    graph.can(['role9999'], 'never:asked');
    lazy.push(cpuMs() - startedAt);
  }
  const span = (values) =>
    `${median(values).toFixed(2)} ms (${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)})`;
  console.log('\n=== 10,000 roles, 30,000 edges');
  console.log(`check and compile the definition    ${span(whole)}`);
  console.log(`1,000 columns at once               ${span(columns)}, ${(bytes / 1e6).toFixed(2)} MB`);
  console.log(`one column at run time              ${span(lazy)}`);
}

/** Checks go on while the definition is reloaded again and again; a compilation is synchronous, so it is the longest pause. */
async function reloadWhileChecking() {
  const definition = definitionOf(tangledWorld());
  const required = Array.from({ length: 1000 }, (_, at) => `thing${at}:read`);
  const asked = Array.from({ length: 64 }, (_, at) => [[`role${at * 150}`], `thing${(at * 37) % 1000}:read`]);
  const run = async (reloadEveryMs) => {
    let graph = RoleGraph.compile(definition, { required });
    let [checks, reloads, longest] = [0, 0, 0];
    const endAt = performance.now() + (quick ? 1000 : 4000);
    let reloadAt = performance.now() + reloadEveryMs;
    for (let last = performance.now(); last < endAt;) {
      for (let i = 0; i < 1000; i++) graph.can(...asked[i & 63]);
      checks += 1000;
      if (last >= reloadAt) {
        graph = RoleGraph.compile(definition, { required });
        reloads++;
        reloadAt = performance.now() + reloadEveryMs;
      }
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (checks % 100_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return { perSecond: checks / (quick ? 1 : 4), reloads, longest };
  };
  console.log('\n=== checks while 10,000 roles are reloaded');
  for (const every of [Number.POSITIVE_INFINITY, 1000, 100]) {
    const { perSecond, reloads, longest } = await run(every);
    console.log(
      `${every === Number.POSITIVE_INFINITY ? 'no reload' : `a reload every ${every} ms`}: `.padEnd(28) +
        `${(perSecond / 1e6).toFixed(1)} M checks/s, ${reloads} reloads, longest pause ${longest.toFixed(1)} ms`,
    );
  }
}
