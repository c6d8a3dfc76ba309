import { startStandalone } from '../../../../../test/support/redis/index.js';
import { selfSigned } from '../../../../../test/support/tls/self-signed.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { openRedis } from '../open-redis.js';
import type { RedisConnection } from '../redis-connection.js';
import { isRedisAddress, resolveRedisSettings } from '../redis.settings.js';

const TIMES = 20;

/** As a host opens it that doesn't trust the certificate of the server. */
async function openDistrusting(url: string): Promise<RedisConnection> {
  const settings = resolveRedisSettings({ url }, new ConfigurationFindings());
  if (settings === undefined || !isRedisAddress(settings.source)) throw new Error('no address');
  return openRedis(settings.source);
}

/** Ends a client at some point of its next handshake, or after it. */
async function endAmidHandshake(connection: RedisConnection, turns: number): Promise<void> {
  await new Promise<void>((resolve) => connection.on('connecting', () => resolve()));
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  const ended = new Promise<void>((resolve) => connection.on('end', () => resolve()));
  const isUnderWay = connection.status === 'connecting';
  connection.disconnect();
  if (isUnderWay) await ended;
}

// An error that nobody listens for reaches the process, and fails the test.
it('ends clients amid a TLS handshake that fails, and nothing else', async () => {
  const server = await startStandalone({ guard: { tls: selfSigned('redis', ['127.0.0.1']) } });
  try {
    const clients = await Promise.all(Array.from({ length: TIMES }, () => openDistrusting(server.url)));
    await Promise.all(clients.map(endAmidHandshake));
  } finally {
    await server.stop();
  }
});
