import type { RedisOptions } from 'nestjs-gatehouse';
import { startStandalone } from '../redis/standalone.js';

/** A medium the same behaviour is tested on. */
export interface TestMedium {
  /** `undefined`: memory. */
  readonly redis: RedisOptions | undefined;
  stop(): Promise<void>;
}

/** The media every stateful behaviour is tested on. */
export const media = ['memory', 'redis'] as const;

/** Starts a real Redis server for `redis`, nothing for `memory`. */
export async function startMedium(kind: (typeof media)[number]): Promise<TestMedium> {
  if (kind === 'memory') return { redis: undefined, stop: async () => {} };
  const server = await startStandalone();
  // Generous: two cores are shared by all suites, and a slow answer isn't what these specs are about.
  return { redis: { url: server.url, deadline: '5s' }, stop: () => server.stop() };
}

/** Every platform on every medium. */
export const everywhere = media.flatMap((medium) =>
  (['express', 'fastify'] as const).map((platform) => ({ medium, platform })),
);
