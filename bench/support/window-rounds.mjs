// What `sliding-window.mjs` and `targets.mjs` ask of a limiter (see `window-limiters.mjs`).
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from './window-limiters.mjs';

export const CONCURRENCY = 64;
// So many that nobody reaches the limit: what is measured is the way of an admitted call.
export const CLIENTS = 2000;
export const LIMIT = 100;

/** Calls on and on over many clients; with a window of one second hits also leave all the time. */
export async function speedRound(admit, roundMs) {
  const endAt = performance.now() + roundMs;
  let decisions = 0;
  let next = 0;
  const caller = async () => {
    while (performance.now() < endAt) {
      await admit(`client-${next++ % CLIENTS}`, LIMIT, 1000);
      decisions++;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  return { decisions, perSecond: (decisions / (performance.now() - startedAt)) * 1000 };
}

/**
 * The classic attack on windows: one hit opens the window, the rest comes just before its end, and as many again right
 * after. Answers the most admitted in any interval of the window's length, by the time the answers came.
 */
export async function mostAdmitted(redis, make, windowMs = 2000) {
  await redis.admin.flushall();
  const client = await connect(redis.url);
  const admit = make(client);
  const admitted = [];
  const burst = (count) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        if (await admit('attacker', LIMIT, windowMs)) admitted.push(performance.now());
      }),
    );
  await burst(1);
  await pause(windowMs * 0.93);
  await burst(LIMIT - 1);
  await pause(windowMs * 0.09);
  for (let more = 0; more < 5; more++) {
    await burst(LIMIT / 5);
    await pause(windowMs * 0.15);
  }
  client.disconnect();
  admitted.sort((a, b) => a - b);
  // Our clock isn't Redis': two milliseconds in favour of the limiter.
  return Math.max(
    ...admitted.map((from) => admitted.filter((at) => at >= from && at < from + windowMs - 2).length),
  );
}
