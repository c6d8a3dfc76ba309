import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthEvents, AuthModule, RateLimits } from 'nestjs-gatehouse';
import { UsersRepository } from '../../users/users.repository.js';
import { AccountNames } from './account-names.service.js';
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

class CountingUsers {
  asked = 0;

  async names(): Promise<readonly string[]> {
    this.asked += 1;
    return ['ben', 'zoe', 'zoé'];
  }
}

@Module({
  imports: [AuthModule.forRoot({ ...OPTIONS, endpoints: { login: false } })],
  providers: [BlockedClients, AccountNames, { provide: UsersRepository, useClass: CountingUsers }],
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

  const told = { clientId: 'web', code: 'quota_exceeded', retryAfterSeconds: 60 };
  const keepOut = async (account: string, address: string) => {
    events.emit('login.blocked', { ...told, account }, () => ({ address }));
    // It is looked up whose account that is.
    await new Promise(setImmediate);
  };
  const logins = async (now = Date.now()) =>
    (await blocked.ofLogins(now)).map(({ usernames, address }) => [usernames.join(' '), address]);
  const never = async () => undefined;

  it('of logins stay until they are forgiven, or over, and name all users whose names count as one', async () => {
    await keepOut(events.accountOf('ben'), '192.0.2.1');
    await keepOut(events.accountOf('zoe'), '192.0.2.1');
    expect(await logins()).toEqual([
      ['zoe zoé', '192.0.2.1'],
      ['ben', '192.0.2.1'],
    ]);
    expect(await blocked.count(Date.now())).toBe((await shown()).length + 2);
    blocked.released({ ip: '192.0.2.1' });
    expect(await blocked.count(Date.now())).toBe(2);
    expect(await blocked.forgiven('ZOÉ', never)).toMatchObject({ still: [] });
    expect(await logins()).toEqual([['ben', '192.0.2.1']]);
    expect(await logins(Date.now() + 61_000)).toEqual([]);
  });

  it('of logins stay where the address is refused on whatever accounts', async () => {
    await keepOut(events.accountOf('ben'), '192.0.2.2');
    const { still } = await blocked.forgiven('ben', async (address) =>
      address === '192.0.2.2' ? 90_000 : undefined,
    );
    expect(still).toEqual(['192.0.2.2']);
    const [only, ...others] = await blocked.ofLogins(Date.now() + 61_000);
    expect([only, others]).toMatchObject([{ usernames: ['ben'], isOfAddress: true }, []]);
    await blocked.forgiven('ben', never);
  });

  it('are remembered up to a number: names that nobody has push out no user, nor does one user another', async () => {
    let elapsed = 0;
    // Each in a second of its own, or most would not be told at all.
    const clock = { now: () => Date.now(), elapsed: () => (elapsed += 1000) };
    const flooded = new AuthEvents(undefined, { clock, accountOf: (name) => name.replace('é', 'e') });
    const users = new CountingUsers();
    const flood = new BlockedClients(
      flooded,
      limits,
      new AccountNames(flooded, users as unknown as UsersRepository),
    );
    flood.onModuleInit();
    const refused = (account: string, address: string) =>
      flooded.emit('login.blocked', { ...told, account }, () => ({ address }));
    refused('ben', '192.0.2.1');
    for (let at = 0; at < 150; at += 1) refused(`account-${at}`, `198.51.100.${at}`);
    for (let at = 0; at < 150; at += 1) refused('zoe', `203.0.113.${at}`);
    await new Promise(setImmediate);
    const all = await flood.ofLogins(Date.now());
    expect(all.filter(({ usernames }) => usernames.length === 0).map(({ account }) => account)).toHaveLength(
      100,
    );
    expect(all.filter(({ usernames }) => usernames.includes('zoe'))).toHaveLength(99);
    expect(all.filter(({ usernames }) => usernames.includes('ben'))).toHaveLength(1);
    expect(users.asked).toBe(1);
  });
});
