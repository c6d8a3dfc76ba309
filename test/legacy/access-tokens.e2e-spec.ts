import { Controller, Get, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import {
  CurrentUser,
  type LegacyOptions,
  type Principal,
  Roles,
  TokenBlacklistService,
  TokenService,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { legacyOptions, oldTokens, oldVerifier } from './old-tokens.js';

@Controller()
class HostController {
  @Get('whole')
  whole(@CurrentUser() user: Principal): Principal {
    return user;
  }

  @Roles('admin')
  @Get('admin')
  admin(): string {
    return 'admin';
  }
}

const verify = oldVerifier();
const now = Math.floor(Date.now() / 1000);
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What the host's function does with a token, by the word in it. */
const misbehaviour: Readonly<Record<string, () => unknown>> = {
  unauthorized: () => {
    throw new UnauthorizedException();
  },
  unknown: () => undefined,
  null: () => null,
  away: () => {
    throw new ServiceUnavailableException('the user service is away');
  },
  'no-database': () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
  nonsense: () => ({ sub: 'ada' }),
  seconds: () => ({ subject: 'ada', expiresAt: now + 60 }),
};

describe.each(everywhere)('[11-E] legacy access tokens on $platform, $medium', (stand) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  const asked: string[] = [];
  const accessToken: LegacyOptions['accessToken'] = (token) => {
    asked.push(token);
    const answer = misbehaviour[token]?.() as ReturnType<typeof verify> | undefined;
    return answer ?? (Object.hasOwn(misbehaviour, token) ? undefined : verify(token));
  };
  const statusOf = async (token: string): Promise<number> => (await client.get('/auth/me', token)).status;
  const blacklist = (): TokenBlacklistService => running.app.get(TokenBlacklistService);

  beforeAll(async () => {
    medium = await startMedium(stand.medium);
    running = await startApp({
      platform: stand.platform,
      controllers: [HostController],
      logger: false,
      options: {
        throttler: false,
        rbac: { definition: { roles: { admin: { grants: ['*'] }, demo: { grants: [] } } } },
        legacy: legacyOptions({ accessToken }),
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('are let in, as whom the host says', async () => {
    const token = oldTokens.access('ada', { iat: now - 60, exp: now + 60, tenant: 'acme' });
    const { status, body } = await client.get('/whole', token);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'ada',
      clientId: 'first-party',
      roles: ['demo'],
      issuedAt: (now - 60) * 1000,
      expiresAt: (now + 60) * 1000,
      claims: { tenant: 'acme' },
    });
    expect(body).not.toHaveProperty('sessionId');
  });

  it('have the roles that the host says, and no others', async () => {
    expect((await client.get('/admin', oldTokens.access('ada'))).status).toBe(403);
    expect((await client.get('/admin', oldTokens.access('ada', { roles: ['admin'] }))).status).toBe(200);
  });

  it('are refused like ours when they are bad', async () => {
    const good = oldTokens.access('ada');
    const [header = '', payload = '', signature = ''] = good.split('.');
    const bad: Readonly<Record<string, string>> = {
      'a refresh token': oldTokens.refresh('ada'),
      'an expired one': oldTokens.access('ada', { iat: now - 120, exp: now - 60 }),
      'a forged one': [header, encoded({ sub: 'root', exp: now + 60 }), signature].join('.'),
      'one without a signature': `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      'one whose header is garbage': `e30x.${payload}.${signature}`,
      'one that is respelt': `${good}=`,
      'a text that the host throws 401 for': 'unauthorized',
      'a text that the host answers nothing to': 'unknown',
      'a text that the host answers null to': 'null',
    };
    for (const [what, token] of Object.entries(bad)) {
      const answer = await client.get('/auth/me', token);
      expect([what, answer.status]).toEqual([what, 401]);
      expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
    }
  });

  it('are neither let in nor refused while the host fails', async () => {
    for (const text of ['away', 'no-database']) expect([text, await statusOf(text)]).toEqual([text, 503]);
    for (const text of ['nonsense', 'seconds']) expect([text, await statusOf(text)]).toEqual([text, 500]);
  });

  /** A token of after all that was revoked so far, and of before all that is revoked from now on. */
  const issuedNow = async (subject: string): Promise<string> => {
    const at = Date.now() + 5;
    await until('its time has come', () => Date.now() > at);
    return oldTokens.access(subject, { iat: at / 1000, exp: now + 600 });
  };

  it.each(['revokeSubject', 'revokeClient', 'revokeEverything'] as const)(
    'are refused after %s, those that were issued since then are not',
    async (verb) => {
      const before = await issuedNow('ada');
      expect(await statusOf(before)).toBe(200);
      await blacklist()[verb](verb === 'revokeClient' ? 'first-party' : 'ada');
      expect(await statusOf(before)).toBe(401);
      expect(await statusOf(await issuedNow('ada'))).toBe(200);
    },
  );

  it('end one by one with a logout, and together with one everywhere', async () => {
    const [one, other, third] = [await issuedNow('ada'), await issuedNow('ada'), await issuedNow('ada')];
    expect((await client.post('/auth/logout', undefined, one)).status).toBe(204);
    expect([await statusOf(one), await statusOf(other)]).toEqual([401, 200]);
    expect((await client.post('/auth/logout-all', undefined, other)).status).toBe(204);
    expect([await statusOf(other), await statusOf(third)]).toEqual([401, 401]);
  });

  it('are asked about once by a logout that refuses a bad one', async () => {
    asked.length = 0;
    expect((await client.post('/auth/logout', undefined, 'unknown')).status).toBe(401);
    expect(asked).toEqual(['unknown']);
  });

  it('have a session neither in the list nor to be told from others', async () => {
    const token = await issuedNow('nobody else');
    expect((await client.get('/auth/sessions', token)).body).toEqual([]);
    expect((await client.post('/auth/logout-others', undefined, token)).status).toBe(404);
  });
});

it('[11-E] legacy access tokens are refused without asking anybody once the date has passed', async () => {
  const asked: string[] = [];
  const warnings = new Warnings();
  const legacy = legacyOptions({ until: '2026-01-31', accessToken: (token) => void asked.push(token) });
  const running = await startApp({ logger: warnings, options: { legacy } });
  expect((await new Client(running.url).get('/auth/me', oldTokens.access('ada'))).status).toBe(401);
  expect(asked).toEqual([]);
  expect(warnings.lines.filter((line) => line.includes('legacy'))).toEqual([
    'legacy.until was 2026-01-31T00:00:00.000Z: legacy tokens are refused, so the option legacy can go.',
  ]);
  await running.close();
});

it('[11-E] a legacy access token stays logged out for as long as it may be shown, if the date is put off as well', async () => {
  const redis = await startStandalone();
  const soon = new Date(Date.now() + 60_000);
  const opaque: Readonly<Record<string, object>> = {
    endless: {},
    sliding: { expiresAt: soon },
    // As told by the introspection of the old app.
    introspected: { expiresAt: soon, claims: { exp: now + 60 } },
  };
  const accessToken: LegacyOptions['accessToken'] = async (token) => {
    const told = opaque[token];
    return told === undefined ? { ...(await verify(token))!, expiresAt: soon } : { subject: 'ada', ...told };
  };
  const legacy = legacyOptions({ accessToken });
  const running = await startApp({
    logger: false,
    options: { legacy, redis: { url: redis.url, deadline: '5s' } },
  });
  const client = new Client(running.url);
  const connection = await redis.connect();
  /** For how long the latest revocation is remembered. */
  const days = async (): Promise<number> => {
    const [key = '', ...others] = await connection.keys('*token:*');
    const leftMs = await connection.pttl(key);
    await connection.del(key);
    expect(others).toEqual([]);
    return Math.floor(leftMs / 86_400_000);
  };
  const daysAfter = async (token: string): Promise<number> => {
    expect((await client.post('/auth/logout', undefined, token)).status).toBe(204);
    expect((await client.get('/auth/me', token)).status).toBe(401);
    return days();
  };
  for (const token of Object.keys(opaque)) expect([token, await daysAfter(token)]).toEqual([token, 367]);
  expect(await daysAfter(oldTokens.access('ada'))).toBe(0);
  // The host may find it good for longer tomorrow, but not for longer than is signed.
  expect(await daysAfter(oldTokens.access('ada', { exp: now + 3 * 86_400 + 60 }))).toBe(3);
  const login = { subject: 'ada', clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} };
  const { principal } = await running.app.get(TokenService).login(login);
  await running.app.get(TokenBlacklistService).revokeToken(principal);
  expect(await days()).toBe(0);
  await running.close();
  await redis.stop();
});
