import type { Platform } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { type HostShape, MeasuredHost, type StoreUse } from './measured-host.js';

/** The most that one request may need. What gets cheaper lowers its ceiling. */
interface Ceiling extends StoreUse {
  readonly what: string;
  readonly shape: HostShape;
  readonly platform: Platform;
  readonly request: string;
  /** Bytes of the heap beside those of a bare route, in thousands. */
  readonly kB: number;
}

const fastify = 'fastify';
// Counts are exact; bytes are some 10 % more than were measured, which come again within 5 %.
// prettier-ignore
const CEILINGS: readonly Ceiling[] = [
  { what: 'a known token, strict', shape: 'strict', platform: fastify, request: 'known', waits: 1, commands: 1, scripts: 1, kB: 21 },
  { what: 'a known token, bounded', shape: 'bounded', platform: fastify, request: 'known', waits: 1, commands: 1, scripts: 1, kB: 20 },
  { what: 'a known token, memory', shape: 'memory', platform: fastify, request: 'known', waits: 0, commands: 0, scripts: 0, kB: 16 },
  { what: 'a public route', shape: 'strict', platform: fastify, request: 'public', waits: 1, commands: 1, scripts: 1, kB: 18 },
  { what: 'refused by a limit', shape: 'strict', platform: fastify, request: 'limited', waits: 0, commands: 0, scripts: 0, kB: 16 },
  { what: 'a login', shape: 'strict', platform: fastify, request: 'login', waits: 3, commands: 3, scripts: 3, kB: 270 },
  { what: 'a refresh', shape: 'strict', platform: fastify, request: 'refresh', waits: 2, commands: 3, scripts: 2, kB: 115 },
  { what: 'a known token, strict', shape: 'strict', platform: 'express', request: 'known', waits: 1, commands: 1, scripts: 1, kB: 30 },
];

/** What is posted is held against a route that reads a body. */
const isPosted = (request: string): boolean => request === 'login' || request === 'refresh';
/** Requests of a round, of each caller: what takes much time is sent less often. */
const timesOf = (request: string): number => (isPosted(request) ? 3 : 8);
const MEASURES = ['waits', 'commands', 'scripts', 'kB'] as const;
const NONE: StoreUse = { waits: 0, commands: 0, scripts: 0 };

describe('what a request costs', () => {
  let redis: StandaloneRedis;
  const hosts = new Map<string, Promise<MeasuredHost>>();

  /** Hosts start side by side. */
  const hostOf = (shape: HostShape, platform: Platform): Promise<MeasuredHost> => {
    const name = `${shape} ${platform}`;
    const host = hosts.get(name) ?? MeasuredHost.start(shape, platform, redis.url);
    hosts.set(name, host);
    return host;
  };

  beforeAll(async () => {
    redis = await startStandalone();
    const started = CEILINGS.flatMap(({ shape, platform }) => [
      hostOf('bare', platform),
      hostOf(shape, platform),
    ]);
    await Promise.all(started);
  });
  afterAll(async () => {
    for (const host of await Promise.all(hosts.values())) await host.stop();
    await redis.stop();
  });

  async function measure({ shape, platform, request }: Ceiling): Promise<StoreUse & { readonly kB: number }> {
    const [bare, host] = [await hostOf('bare', platform), await hostOf(shape, platform)];
    const use = shape === 'memory' ? NONE : await host.storeUse(request);
    const [times, beside] = [timesOf(request), isPosted(request) ? 'posted' : 'known'];
    const bytes = await Promise.all([host.bytes(request, times), bare.bytes(beside, times)]);
    return { ...use, kB: Math.round((bytes[0] - bytes[1]) / 100) / 10 };
  }

  it.each(CEILINGS)('$what, on $platform: $waits waits, $commands commands, $kB kB', async (ceiling) => {
    const measured = await measure(ceiling);
    const over = MEASURES.filter((each) => measured[each] > ceiling[each]);
    expect({ over, measured }).toEqual({ over: [], measured });
  });
});
