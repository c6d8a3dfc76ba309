// What a protected route costs over HTTP, against the bare framework and the usual passport set-up, side by side in one run.
//   npm run build && npm ci --prefix bench && node bench/access.mjs [seconds per round] [rounds]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startRedis } from './support/redis-server.mjs';

process.setMaxListeners(0);
const [seconds = 3, rounds = 3] = process.argv.slice(2).map(Number);
const variants = [
  ['bare', 'bare framework'],
  ['passport-pem', 'passport-jwt RS256, PEM string'],
  ['passport-keyobject', 'passport-jwt RS256, KeyObject'],
  ['gatehouse-memory-nocache', 'Gatehouse, memory, token cache off'],
  ['gatehouse-memory', 'Gatehouse, memory, without limits'],
  ['gatehouse-memory-limit', 'Gatehouse, memory, whole chain'],
  ['gatehouse-redis', 'Gatehouse, Redis, without limits'],
  ['gatehouse-redis-limit', 'Gatehouse, Redis, whole chain'],
];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function start(variant, platform, redisUrl) {
  const child = fork(join(import.meta.dirname, 'support/access-app.mjs'), [variant, platform, redisUrl]);
  process.once('exit', () => child.kill('SIGKILL'));
  const [app] = await once(child, 'message');
  return { ...app, stop: () => child.kill('SIGKILL') };
}

async function requestsPerSecond({ url, token }) {
  const headers = { authorization: `Bearer ${token}` };
  const result = await autocannon({ url: `${url}/hello`, connections: 50, duration: seconds, headers });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

const versionOf = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../node_modules/${name}/package.json`))).version;
console.log(
  `Node ${process.version}, Nest ${versionOf('@nestjs/core')}, passport-jwt ${versionOf('passport-jwt')}, ${rounds} rounds of ${seconds} s, 50 connections`,
);
const redis = await startRedis();
for (const platform of ['fastify', 'express']) {
  const results = new Map(variants.map(([variant]) => [variant, []]));
  const apps = new Map();
  for (const [variant] of variants) apps.set(variant, await start(variant, platform, redis.url));
  for (const app of apps.values())
    await autocannon({
      url: app.url + '/hello',
      connections: 10,
      duration: 1,
      headers: { authorization: `Bearer ${app.token}` },
    });
  for (let round = 0; round < rounds; round += 1) {
    for (const [variant, app] of apps) results.get(variant).push(await requestsPerSecond(app));
  }
  const bare = median(results.get('bare'));
  console.log(`\n${platform}`);
  console.table(
    variants.map(([variant, name]) => {
      const measured = results.get(variant);
      return {
        stack: name,
        'of bare': (median(measured) / bare).toFixed(2),
        'requests/s': Math.round(median(measured)),
        min: Math.round(Math.min(...measured)),
        max: Math.round(Math.max(...measured)),
      };
    }),
  );
  for (const app of apps.values()) app.stop();
}
await redis.stop();
process.exit(0);
