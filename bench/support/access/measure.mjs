// All cases of `access.mjs`, each in several processes.
import { generateKeyPairSync } from 'node:crypto';
import { cores } from '../cores.mjs';
import { startRedis } from '../redis-server.mjs';
import { cases } from './cases.mjs';
import { measurePair, startLoad, startServer } from './pairs.mjs';

/** The key pair of a run, as an environment variable holds it. */
export const newKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

/** How much of it; `quick` is enough to see that everything works. */
export const planOf = ({ quick, names, platforms = ['fastify', 'express'], ...given }) => ({
  names,
  platforms,
  replicas: quick ? 1 : 3,
  pairs: quick ? 3 : 5,
  ms: 200,
  warmRequests: quick ? 1_000 : 6_000,
  coldTokens: quick ? 2_000 : 7_000,
  ...given,
});

/**
 * `plan`: { names, platforms, replicas, pairs, ms, warmRequests, coldTokens }. Answers platform → case → what each of its
 * processes was measured to do; a case that couldn't be measured has an `error` in place of it.
 */
export async function measureAccess(plan, tell = () => {}) {
  const run = {
    ...plan,
    privateKey: newKey(),
    redis: await startRedis({ core: cores.redis }),
    load: startLoad(),
  };
  const results = {};
  for (const platform of plan.platforms) {
    const names = plan.names.filter((name) => cases[name].platforms.includes(platform));
    results[platform] = Object.fromEntries(names.map((name) => [name, { replicas: [] }]));
    for (let replica = 0; replica < plan.replicas; replica += 1) {
      const bare = await startServer(run, 'bare', platform);
      for (const name of names)
        await measureInto(run, results[platform][name], { name, platform, bare }, tell);
      await bare.stop();
    }
  }
  await run.load.stop();
  await run.redis.stop();
  return results;
}

async function measureInto(run, result, { name, platform, bare }, tell) {
  if (result.error !== undefined) return;
  const { isCold = false } = cases[name];
  await run.redis.admin.flushall();
  let server;
  try {
    server = await startServer(run, name, platform, { cold: isCold ? run.coldTokens : 0 });
    const measured = await measurePair(run, bare, server, { isCold });
    result.replicas.push(measured);
    tell(
      `${platform} ${name}: ${measured.ratio.toFixed(2)} of bare, ${measured.userUs.toFixed(1)} µs above it`,
    );
  } catch (error) {
    result.error = String(error.message).split('\n')[0];
    tell(`${platform} ${name}: ${error.stack}`);
  }
  await server?.stop();
}
