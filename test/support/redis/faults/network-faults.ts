import type { Fault } from './fault.js';
import type { Newcomers, RedisProxy } from './redis-proxy.js';
import type { Stage } from './stage.js';

/** No byte passes, no connection is ended. At the end the silent ones are reset, as by a server that has forgotten them. */
export const silent = (newcomers: Newcomers): Fault => ({
  ...onNetwork(`silent (newcomers are ${newcomers})`, (proxy) => proxy.silence(newcomers)),
  end: (stage) => each(stage, (proxy) => proxy.pass().then(() => proxy.reset())),
});

/** The same, but the silent connections are never told of their end: only new ones are any good. */
export const silentForGood = (newcomers: Newcomers): Fault =>
  onNetwork(`silent for good (newcomers are ${newcomers})`, (proxy) => proxy.silence(newcomers));

/** Each answer takes so many milliseconds longer. */
export const slow = (ms: number): Fault => onNetwork(`${ms} ms slower`, (proxy) => proxy.delay(ms));

/** Connections are reset (RST), new ones as soon as they are there. */
export const cut = (): Fault => onNetwork('cut off', (proxy) => proxy.cut());

/** Connections are reset, new ones refused. */
export const refused = (): Fault => onNetwork('refused', (proxy) => proxy.refuse().then(() => proxy.reset()));

function onNetwork(name: string, begin: (proxy: RedisProxy) => Promise<void>): Fault {
  return {
    name,
    media: ['proxied'],
    begin: (stage) => each(stage, begin),
    end: (stage) => each(stage, (proxy) => proxy.pass()),
  };
}

async function each({ proxies }: Stage, act: (proxy: RedisProxy) => Promise<void>): Promise<void> {
  await Promise.all(proxies.map(act));
}
