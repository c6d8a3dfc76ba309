import { Controller, Get, Logger } from '@nestjs/common';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { type Platform, platforms, RunningApp } from './limited-app.js';

@Controller()
class PingController {
  @Get()
  ping(): string {
    return 'ok';
  }
}

const LIMIT = 5;
const TOO_MANY = [200, 200, 200, 200, 200, 429, 429, 429];

const start = (platform: Platform, trustProxy?: boolean | string): Promise<RunningApp> =>
  RunningApp.start({
    platform,
    controllers: [PingController],
    imports: [GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ limit: LIMIT, ttl: '60s' }] })],
    ...(trustProxy !== undefined && { trustProxy }),
  });

describe.each(platforms)('what doesn’t buy quota on %s', (platform) => {
  let app: RunningApp;
  let warnings: jest.SpyInstance<void, unknown[]>;

  beforeEach(() => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
  });

  afterEach(async () => {
    warnings.mockRestore();
    await app.close();
  });

  const sweep = async (headersOf: (index: number) => Record<string, string>): Promise<number[]> => {
    const statuses: number[] = [];
    for (const index of TOO_MANY.keys()) statuses.push((await app.get('/', headersOf(index))).status);
    return statuses;
  };

  it('a spoofed X-Forwarded-For, where no proxy is trusted', async () => {
    app = await start(platform);
    expect(await sweep((index) => ({ 'x-forwarded-for': `198.51.100.${index}` }))).toEqual(TOO_MANY);
  });

  it('a spoofed X-Forwarded-For, in front of what the trusted proxy appended', async () => {
    app = await start(platform, 'loopback');
    expect(await sweep((index) => ({ 'x-forwarded-for': `198.51.100.${index}, 203.0.113.7` }))).toEqual(
      TOO_MANY,
    );
  });

  it('an IPv6 /64 sweep', async () => {
    app = await start(platform, 'loopback');
    expect(await sweep((index) => ({ 'x-forwarded-for': `2001:db8:1:2:${index}::${index}` }))).toEqual(
      TOO_MANY,
    );
  });

  it('but other clients behind the proxy have their own', async () => {
    app = await start(platform, 'loopback');
    expect(await sweep((index) => ({ 'x-forwarded-for': `2001:db8:1:${index}::1` }))).toEqual(
      TOO_MANY.map(() => 200),
    );
  });

  it('rotating user agents', async () => {
    app = await start(platform);
    expect(await sweep((index) => ({ 'user-agent': `browser/${index}` }))).toEqual(TOO_MANY);
  });

  it('tokens nobody verified', async () => {
    app = await start(platform);
    expect(await sweep((index) => ({ authorization: `Bearer token-${index}` }))).toEqual(TOO_MANY);
  });

  it('warns once when every proxy is trusted', async () => {
    app = await start(platform, true);
    await app.statuses('/', 3);
    expect(warningsAbout('any client can choose')).toHaveLength(1);
  });

  it('warns once when X-Forwarded-For arrives and nobody is trusted', async () => {
    app = await start(platform);
    await app.statuses('/', 1);
    expect(warningsAbout('no proxy is trusted')).toHaveLength(0);
    await app.statuses('/', 3, { 'x-forwarded-for': '198.51.100.1' });
    expect(warningsAbout('no proxy is trusted')).toHaveLength(1);
  });

  it('has nothing to say where the proxies are named', async () => {
    app = await start(platform, 'loopback');
    await app.statuses('/', 2, { 'x-forwarded-for': '198.51.100.1' });
    expect(warningsAbout('trust')).toHaveLength(0);
  });

  const warningsAbout = (text: string): unknown[][] =>
    warnings.mock.calls.filter(([message]) => String(message).includes(text));
});
