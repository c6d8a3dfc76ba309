import { request } from 'node:http';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { graphQL } from '../support/app/graphql.js';
import { type Platform, platforms, RunningApp } from './limited-app.js';

@Controller()
class PingController {
  @Get()
  ping(): string {
    return 'ok';
  }
}

@Resolver()
class TickResolver {
  @Query(() => String)
  hello(): string {
    return 'hello';
  }

  @Subscription(() => Number)
  async *tick(): AsyncGenerator<{ tick: number }> {
    yield { tick: 1 };
  }
}

@Module({
  imports: [graphQL({ subscriptions: { 'graphql-ws': true } })],
  providers: [TickResolver],
})
class TickModule {}

const LIMIT = 3;
const limits = () =>
  GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ limit: LIMIT, ttl: '60s' }] });

describe.each(platforms)('[10-15] addresses on %s', (platform) => {
  let app: RunningApp;
  let warn: jest.SpyInstance<void, unknown[]>;

  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
  });

  afterEach(async () => {
    warn.mockRestore();
    await app.close();
  });

  const start = async (trustProxy?: boolean | string | number): Promise<void> => {
    app = await RunningApp.start({
      platform,
      controllers: [PingController],
      imports: [limits()],
      ...(trustProxy !== undefined && { trustProxy }),
    });
  };
  const warningsAbout = (text: RegExp): number =>
    warn.mock.calls.filter(([message]) => text.test(String(message))).length;
  const forwarded = async (addresses: readonly string[]): Promise<number[]> => {
    const statuses: number[] = [];
    for (const address of addresses)
      statuses.push((await app.get('/', { 'x-forwarded-for': address })).status);
    return statuses;
  };

  it.each([
    ['address:port', (index: number) => `203.0.113.7:${50_000 + index}`],
    ['[address]:port of a /64', (index: number) => `[2001:db8::${index + 1}]:${50_000 + index}`],
    ['an IPv4 address in both forms', (index: number) => `${index % 2 ? '::ffff:' : ''}203.0.113.7`],
  ])('%s is one client, however often it connects', async (_, addressOf) => {
    await start('loopback');
    expect(await forwarded([0, 1, 2, 3].map(addressOf))).toEqual([200, 200, 200, 429]);
    expect(await forwarded(['203.0.113.8:50000'])).toEqual([200]);
  });

  it.each(['unknown', '_hidden', 'a.b.c.d'])(
    'a proxy that says %j names nobody: limits by address are skipped, with one warning',
    async (address) => {
      await start('loopback');
      expect(await forwarded(Array<string>(LIMIT + 2).fill(address))).not.toContain(429);
      expect(warningsAbout(/address of a caller isn't known/)).toBe(1);
    },
  );

  it('a number of proxies works, or somebody is told what does', async () => {
    await start(1);
    await forwarded(Array<string>(LIMIT + 1).fill('203.0.113.7'));
    const [other] = await forwarded(['203.0.113.8']);
    const told = warningsAbout(/takes no number of proxies.*FastifyAdapter/);
    expect([other, told]).toEqual(platform === 'express' ? [200, 0] : [429, 1]);
  });

  it('what the warning advises for the platform works', async () => {
    await start();
    await forwarded(['203.0.113.7', '203.0.113.7', '203.0.113.7']);
    const advice =
      platform === 'express' ? /app\.set\('trust proxy'.*number/ : /addresses of your proxies, or a function/;
    expect(warningsAbout(advice)).toBe(1);
    await app.close();
    await start('127.0.0.1');
    expect(await forwarded(['203.0.113.7', '203.0.113.7', '203.0.113.7', '203.0.113.7'])).toEqual([
      200, 200, 200, 429,
    ]);
    expect(await forwarded(['203.0.113.8'])).toEqual([200]);
  });
});

describe.each(platforms)(
  '[10-15] callers without an HTTP request of their own on %s',
  (platform: Platform) => {
    let warn: jest.SpyInstance<void, unknown[]>;

    beforeEach(() => {
      warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    });
    afterEach(() => {
      warn.mockRestore();
    });

    it('clients of a unix socket aren’t one client', async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'gatehouse-')), 'app.sock');
      const app = await RunningApp.start({
        platform,
        controllers: [PingController],
        imports: [limits()],
        path,
      });
      const statuses: number[] = [];
      for (let sent = 0; sent < LIMIT + 2; sent++) statuses.push(await statusOver(path));
      await app.close();
      expect(statuses).not.toContain(429);
      expect(warn.mock.calls.filter(([text]) => String(text).includes("isn't known"))).toHaveLength(1);
    });

    it('subscriptions over graphql-ws are counted by the address of their socket', async () => {
      const app = await RunningApp.start({
        platform,
        controllers: [],
        imports: [limits(), { module: TickModule }],
      });
      const url = `${app.url.replace('http', 'ws')}/graphql`;
      const answers: string[] = [];
      for (let sent = 0; sent < LIMIT + 1; sent++) answers.push(await tickOver(url, '127.0.0.2'));
      const other = await tickOver(url, '127.0.0.3');
      await app.close();
      expect(answers).toEqual(['tick', 'tick', 'tick', 'refused']);
      expect(other).toBe('tick');
    });
  },
);

function statusOver(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** One subscription from a local address, and what became of it. */
function tickOver(url: string, localAddress: string): Promise<string> {
  class FromAddress extends WebSocket {
    constructor(target: string, protocols: string) {
      super(target, protocols, { localAddress });
    }
  }
  const client = createClient({ url, webSocketImpl: FromAddress, retryAttempts: 0 });
  return new Promise<string>((resolve) => {
    client.subscribe(
      { query: 'subscription { tick }' },
      {
        next: ({ data, errors }) =>
          resolve(errors === undefined && data?.['tick'] === 1 ? 'tick' : 'refused'),
        error: () => resolve('refused'),
        complete: () => resolve('nothing'),
      },
    );
  }).finally(() => void client.dispose());
}
