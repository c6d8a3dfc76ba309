import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthEvents, AuthModule, RateLimits } from 'nestjs-gatehouse';
import { BlockedClients } from './blocked-clients.service.js';

const OPTIONS = {
  issuer: 'https://auth.test',
  audience: 'https://api.test',
  secret: 'a secret of at least thirty-two letters',
  keys: { algorithm: 'HS256', secret: 'another secret of at least thirty-two letters' },
  throttler: {
    throttlers: [
      { name: 'default', limit: 5, ttl: '1m' },
      { name: 'users', limit: 5, ttl: '1m', by: 'user' },
    ],
  },
} as const;

@Module({
  imports: [AuthModule.forRoot({ ...OPTIONS, endpoints: { login: false } })],
  providers: [BlockedClients],
})
class HostModule {}

describe('blocked clients', () => {
  let app: INestApplication;
  let blocked: BlockedClients;
  let events: AuthEvents;
  let limits: RateLimits;

  beforeAll(async () => {
    app = await NestFactory.create(HostModule, { logger: false, abortOnError: false });
    await app.init();
    blocked = app.get(BlockedClients);
    events = app.get(AuthEvents);
    limits = app.get(RateLimits);
  });
  afterAll(() => app.close());

  const refuse = (name: string, address: string, subject?: string) =>
    events.emit(
      'quota.exceeded',
      {
        limits: [name],
        code: 'quota_exceeded',
        retryAfterSeconds: 60,
        ...(subject !== undefined && { subject }),
      },
      () => ({ address }),
    );
  const shown = async (now = Date.now()) =>
    (await blocked.ofRequests(now)).map(({ limit, client }) => [limit, client]);

  it('are those that were told of and that the store still refuses, by what the limit counts', async () => {
    await limits.block('default', { ip: '192.0.2.1' }, '1h');
    await limits.block('users', { user: 'ada' }, '1h');
    refuse('default', '192.0.2.1', 'ada');
    refuse('users', '192.0.2.1', 'ada');
    refuse('default', '192.0.2.2');
    refuse('unknown', '192.0.2.3');
    expect(await shown()).toEqual([
      ['users', { user: 'ada' }],
      ['default', { ip: '192.0.2.1' }],
    ]);
    await limits.reset('users', { user: 'ada' });
    expect(await shown()).toEqual([['default', { ip: '192.0.2.1' }]]);
    expect(await shown(Date.now() + 61_000)).toEqual([]);
  });

  it('of logins stay until they are forgiven, or over', () => {
    const told = { clientId: 'web', code: 'quota_exceeded', retryAfterSeconds: 60 };
    for (const account of ['one', 'other'])
      events.emit('login.blocked', { ...told, account }, () => ({ address: '192.0.2.1' }));
    const now = Date.now();
    expect(blocked.ofLogins(now).map(({ account }) => account)).toEqual(['other', 'one']);
    blocked.forgiven('one');
    expect(blocked.ofLogins(now).map(({ account }) => account)).toEqual(['other']);
    expect(blocked.ofLogins(now + 61_000)).toEqual([]);
  });

  it('are remembered up to a number, the last ones', () => {
    const told = { clientId: 'web', code: 'quota_exceeded', retryAfterSeconds: 60 };
    for (let at = 0; at < 300; at += 1) events.emit('login.blocked', { ...told, account: `account-${at}` });
    const accounts = blocked.ofLogins(Date.now()).map(({ account }) => account);
    expect([accounts.length, accounts[0]]).toEqual([100, 'account-299']);
  });
});
