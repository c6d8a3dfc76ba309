import { startStandalone } from '../../../../test/support/redis/index.js';
import { until } from '../../../../test/support/until.js';
import { SystemClock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveRedisSettings } from '../redis/redis.settings.js';
import { OpenedWindows } from './shared-windows.js';

describe('windows over a connection of our own', () => {
  it('do not wake it once they are closed, though it rested', async () => {
    const server = await startStandalone();
    const connections = async (): Promise<number> =>
      String(await server.nodes[0]!.command('client', 'list')).match(/cmd=(?!client)/g)?.length ?? 0;
    const redis = resolveRedisSettings(server.url, new ConfigurationFindings());
    const policy = { denyCache: false, onStoreFailure: 'closed', instances: 1 } as const;
    const opened = new OpenedWindows({ redis, memory: {} }, policy, new SystemClock());
    const { requests: windows } = await opened.stores();
    const hit = () =>
      windows.hit([
        { name: 'n', key: 'k', precision: 'exact', limit: 1, windowMs: 60_000, blockMs: 0, cost: 1 },
      ]);
    expect(await hit()).toHaveLength(1);
    await until('the connection rests', async () => (await connections()) === 0);
    await opened.close();
    await expect(hit()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await connections()).toBe(0);
    await server.stop();
  });
});

describe('windows over a client of the host', () => {
  it('leave no listener on it when the app ends, and leave it open', async () => {
    const server = await startStandalone();
    const client = await server.connect();
    const listeners = (): number[] => client.eventNames().map((event) => client.listenerCount(event));
    const before = listeners();
    const redis = resolveRedisSettings(client, new ConfigurationFindings());
    const policy = { denyCache: false, onStoreFailure: 'closed', instances: 1 } as const;
    const opened = new OpenedWindows({ redis, memory: {} }, policy, new SystemClock());
    await opened.stores();
    expect(listeners()).not.toEqual(before);
    await opened.close();
    expect(listeners()).toEqual(before);
    expect(await client.ping()).toBe('PONG');
    await server.stop();
  });
});
