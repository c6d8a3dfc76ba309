import { Cluster, Redis } from 'ioredis';
import type { RedisConnection } from '../redis/redis-connection.js';
import { clientWarning } from './client-warning.js';

const careful = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  reconnectOnError: (error: Error) => error.message.includes('READONLY'),
  socketTimeout: 2000,
};

describe('the warning about a client', () => {
  const lazy = { lazyConnect: true } as const;
  const lines = (client: RedisConnection): string | undefined => {
    client.disconnect();
    return clientWarning(client)?.split('make it with ')[1];
  };

  it.each([
    [
      'none',
      lazy,
      'enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, ',
    ],
    ['none for later', { ...lazy, ...careful, maxRetriesPerRequest: null }, 'maxRetriesPerRequest: 0.'],
    ['no end', { ...lazy, ...careful, socketTimeout: undefined }, 'socketTimeout: 2000.'],
    [
      'no master',
      { ...lazy, ...careful, reconnectOnError: null },
      'reconnectOnError: (error) => error.message',
    ],
  ])('names what it lacks (%s)', (_what, options, expected) => {
    expect(lines(new Redis(options as object))).toMatch(
      new RegExp(`^${expected.replaceAll(/[.()]/g, '\\$&')}`),
    );
  });

  it('names what a Cluster client lacks, where it belongs', () => {
    expect(lines(new Cluster(['127.0.0.1:1'], lazy))).toBe(
      'enableOfflineQueue: false, redisOptions: { socketTimeout: 2000 }.',
    );
  });

  it('is none for a careful client, and for one of another kind', () => {
    expect(lines(new Redis({ ...lazy, ...careful }))).toBeUndefined();
    const redisOptions = { socketTimeout: 2000 };
    const cluster = new Cluster(['127.0.0.1:1'], { ...lazy, enableOfflineQueue: false, redisOptions });
    expect(lines(cluster)).toBeUndefined();
    expect(clientWarning({ status: 'ready' } as RedisConnection)).toBeUndefined();
  });
});
