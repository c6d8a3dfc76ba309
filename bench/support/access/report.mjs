// The results of `access.mjs` as tables, and held against the targets.
import { median } from '../rounds.mjs';
import { tableOf } from '../tables.mjs';
import { atLeast, atMost } from '../results.mjs';
import { cases } from './cases.mjs';

const fixed = (value, digits) => (value === undefined ? '' : value.toFixed(digits));
/** Nearly all of its core: then it is the load that is measured. */
const TOO_BUSY = 0.95;

/** `plan`: what was asked of `measureAccess`. */
export function accessReport(results, { replicas, pairs, ms }) {
  const platforms = Object.entries(results).map(
    ([platform, byCase]) => `### ${name(platform)}\n\n${table(byCase)}`,
  );
  const how = `${replicas} processes of each case, ${pairs} pairs of slices of ${ms} ms in each, 64 connections, 256 users.`;
  return [how, ...platforms].join('\n\n');
}

const name = (platform) => platform[0].toUpperCase() + platform.slice(1);

function table(byCase) {
  const heads = [
    'stack',
    'does',
    'of bare (min–max)',
    'user CPU µs above bare',
    'user + system',
    'kB allocated above bare',
    'commands sent',
    'run in Redis',
    'Redis CPU µs',
    'waits',
    'requests/s',
  ];
  return tableOf(heads, Object.entries(byCase).map(row));
}

function row([caseName, { replicas, error }]) {
  const { title, does } = cases[caseName];
  if (replicas.length === 0) return [title, does, error, '', '', '', '', '', '', '', ''];
  const of = typical(replicas);
  const ratios = replicas.map(({ ratio }) => ratio);
  const isLoadBusy = of('busiest') > TOO_BUSY;
  return [
    title,
    does,
    `${fixed(of('ratio'), 2)} (${fixed(Math.min(...ratios), 2)}–${fixed(Math.max(...ratios), 2)})`,
    fixed(of('userUs'), 1),
    fixed(of('cpuUs'), 1),
    fixed(kB(of('bytes')), 1),
    fixed(of('sent'), 2),
    fixed(of('commands'), 1),
    fixed(of('redisUs'), 1),
    fixed(of('waits'), 0),
    Math.round(of('perSecond')).toLocaleString('en') + (isLoadBusy ? ' (load at its limit)' : ''),
  ];
}

const kB = (bytes) => (bytes === undefined ? undefined : bytes / 1000);

/** Of the processes of a case, the median of a figure. */
const typical = (replicas) => (what) => {
  const measured = replicas.map((each) => each[what]).filter((each) => each !== undefined);
  return measured.length === 0 ? undefined : median(measured);
};

/** What is said of Fastify, where a microsecond shows. */
export function accessTargets({ fastify = {} }) {
  const of = (caseName, what) => typical(fastify[caseName]?.replicas ?? [])(what);
  const times = (caseName, than) => divide(of(caseName, 'ratio'), of(than, 'ratio'));
  const both = 'strict-both';
  return [
    atMost('waits for the store, strict, both limits, known token', of(both, 'waits'), 1, { digits: 0 }),
    atMost('user CPU above bare, strict, both limits, RBAC (Fastify), µs', of(both, 'userUs'), 9),
    atMost('allocated a request above bare, the same, kB', kB(of(both, 'bytes')), 7),
    atLeast('of bare Fastify, strict, both limits', of(both, 'ratio'), 0.75),
    atLeast('of bare Fastify, bounded', of('bounded', 'ratio'), 0.85),
    atLeast('of bare Fastify, memory', of('memory', 'ratio'), 0.85),
    atLeast('times the usual stack as in its docs (strict, address limit)', times('strict', 'usual'), 8),
    atLeast('times the usual stack with KeyObjects (strict, address limit)', times('strict', 'tuned'), 4),
    atLeast('cold token, of passport-jwt with a KeyObject', times('cold', 'passport'), 1),
    atMost('Redis CPU a request, both limits, µs', of(both, 'redisUs'), 9),
  ];
}

const divide = (value, by) => (value === undefined || by === undefined ? undefined : value / by);
