import { type ArgumentsHost, Catch, Controller, Get, Module } from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import { AuthError, AuthModule, Public } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import {
  platforms,
  requiredOptions,
  type RunningApp,
  startModule,
  TestUsers,
} from '../support/app/start-app.js';

@Public()
@Controller('host')
class Routes {
  @Get('unknown')
  unknown(): never {
    throw new AuthError('unauthenticated', { detail: 'private' });
  }

  @Get('busy')
  busy(): never {
    throw new AuthError('quota_exceeded', { retryAfterSeconds: 7 });
  }

  @Get('broken')
  broken(): never {
    throw new Error('private');
  }
}

const seen: unknown[] = [];

/** A catch-all of a host, as docs/integration.md has it. */
@Catch()
class EverythingFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    seen.push(exception);
    super.catch(exception, host);
  }
}

@Module({ providers: [{ provide: APP_FILTER, useClass: EverythingFilter }] })
class FilterModule {}

@Module({
  imports: [
    FilterModule,
    AuthModule.forRoot({
      ...requiredOptions,
      userAuthenticator: TestUsers,
      throttler: false,
      problemDetails: { realm: 'theirs' },
    }),
  ],
  controllers: [Routes],
})
class AppModule {}

describe.each(platforms)('[10-16] an AuthError of a handler of the host on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    const logger = { log: () => {}, warn: () => {}, error: () => {} };
    running = await startModule(AppModule, { platform, logger });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it('has everything where the catch-all of the host is imported before AuthModule', async () => {
    const unknown = await client.get('/host/unknown');
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="theirs"']);
    expect(unknown.headers.get('cache-control')).toBe('no-store');
    expect(unknown.body).toMatchObject({ code: 'unauthenticated', instance: '/host/unknown' });
    const busy = await client.get('/host/busy');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    for (const { text } of [unknown, busy]) expect(text).not.toContain('private');
  });

  it('leaves other errors, and no others, to the host', async () => {
    seen.length = 0;
    await client.get('/host/unknown');
    const { status, body } = await client.get('/host/broken');
    expect([status, body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    expect(seen).toEqual([new Error('private')]);
  });
});
