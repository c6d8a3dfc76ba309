/**
 * What a process holds: timers, handles, listeners of its Redis clients, memory. Import it first, since it counts from then
 * on. With `--expose-gc` what is only waiting for the garbage collector isn't counted.
 */
import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';

const HANDLES = /^(TCP|TLS|PIPE|UDP|PROCESS|STREAM|FSEVENT|GETADDRINFO|SIGNAL)/;
const alive = new Map();
// Unlike process.getActiveResourcesInfo() it also sees timers that keep no process alive, as all of a library should be.
createHook({
  init(id, type) {
    if (type === 'Timeout' || HANDLES.test(type)) alive.set(id, type);
  },
  destroy: (id) => void alive.delete(id),
}).enable();

// The clients that the library makes, found as they connect. Those that have ended for good have nothing to hold.
const clients = new Set();
const { Redis } = createRequire(import.meta.url)('ioredis');
const { connect } = Redis.prototype;
Redis.prototype.connect = function (...given) {
  clients.add(this);
  return connect.apply(this, given);
};

/** Listeners by event. */
const listenersOf = (emitter) => countsOf(emitter.eventNames(), (event) => emitter.listenerCount(event));

function countsOf(names, countOf = () => 1) {
  const counts = {};
  for (const name of names) counts[String(name)] = (counts[String(name)] ?? 0) + countOf(name);
  return counts;
}

const flat = (title, counts) => Object.entries(counts).map(([name, count]) => [`${title} ${name}`, count]);

/** Garbage is collected twice, since handles are let go between the two. */
async function collect() {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await turn();
  }
}

/** Name → how many: the same work leaves the same behind. */
export async function held() {
  await collect();
  for (const client of clients) if (client.status === 'end') clients.delete(client);
  return Object.fromEntries([
    ...flat('alive', countsOf([...alive.values()])),
    ...flat('active', countsOf(process.getActiveResourcesInfo())),
    ...flat('listeners of the process to', listenersOf(process)),
    ...[...clients].flatMap((client, at) => flat(`listeners of client ${at} to`, listenersOf(client))),
  ]);
}

/** Bytes after a collection. */
export async function memory() {
  await collect();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}
