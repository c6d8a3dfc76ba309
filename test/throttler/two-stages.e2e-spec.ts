import { Controller, Get } from '@nestjs/common';
import { Authenticated, CurrentUser, type Principal, Public } from 'nestjs-gatehouse';
import { Throttle } from '@nestjs/throttler';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Controller()
class AccountController {
  @Authenticated()
  @Get('me')
  me(@CurrentUser() user: Principal): string {
    return user.subject;
  }

  @Public()
  @Throttle({ address: { limit: 2, ttl: 60_000 } })
  @Get('open')
  open(): string {
    return 'ok';
  }
}

describe.each(platforms)('the two stages on %s: address, authentication, user, access', (platform) => {
  let app: RunningApp;
  let client: Client;

  beforeEach(async () => {
    app = await startApp({
      platform,
      controllers: [AccountController],
      options: {
        throttler: {
          throttlers: [
            { name: 'address', limit: 12, ttl: '60s' },
            { name: 'account', limit: 3, ttl: '60s', by: 'user' },
          ],
        },
      },
    });
    client = new Client(app.url);
  });

  afterEach(() => app.close());

  const statuses = async (path: string, tokens: readonly string[]): Promise<number[]> => {
    const answers: number[] = [];
    for (const token of tokens) answers.push((await client.get(path, token)).status);
    return answers;
  };

  it('users are counted by subject, however often they log in and however the token is spelt', async () => {
    const first = (await client.login('ann')).access_token;
    const second = (await client.login('ann')).access_token;
    const other = (await client.login('bob')).access_token;
    expect(await statuses('/me', [first, second, first, second])).toEqual([200, 200, 200, 429]);
    expect(await statuses('/me', [other])).toEqual([200]);
  });

  it('both stages are in one field', async () => {
    const { access_token } = await client.login('ann');
    const { headers } = await client.get('/me', access_token);
    expect(headers.get('ratelimit-policy')).toBe('"address";q=12;w=60, "account";q=3;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"address";r=10;t=\d+, "account";r=2;t=60$/);
  });

  it('a failed authentication costs the address, and once that is used up nothing is verified any more', async () => {
    const forged = Array.from({ length: 14 }, (_, index) => `e30.e30.${index}`);
    expect(await statuses('/me', forged)).toEqual([...Array<number>(12).fill(401), 429, 429]);
  });

  it('without a login the user stage counts the address', async () => {
    expect(await statuses('/open', ['', '', ''])).toEqual([200, 200, 429]);
  });
});

describe.each(platforms)('failed logins on %s', (platform) => {
  let app: RunningApp;
  let client: Client;

  beforeEach(async () => {
    app = await startApp({ platform });
    client = new Client(app.url);
  });

  afterEach(() => app.close());

  const tryLogin = (username: string, password: string) => client.post('/auth/login', { username, password });

  it('[6749-8] [obligation 60] five failures on an account from an address, then a wait; other accounts go on', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => tryLogin('ann', `guess ${index}`)),
    );
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(15);
    const refused = await tryLogin('ann', 'ann-password');
    expect(refused).toMatchObject({ status: 429, body: { 'violated-policies': ['credentials'] } });
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await tryLogin('bob', 'bob-password')).status).toBe(200);
  });

  it('[obligation 60] successes cost nothing', async () => {
    for (let login = 0; login < 12; login++) expect((await tryLogin('ann', 'ann-password')).status).toBe(200);
  });

  it('[obligation 60] an unknown account is refused after as many failures and in the same words', async () => {
    const known = [];
    const unknown = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      known.push(await tryLogin('ann', 'wrong'));
      unknown.push(await tryLogin('nobody-of-that-name', 'wrong'));
    }
    expect(unknown.map(({ status }) => status)).toEqual(known.map(({ status }) => status));
    expect(unknown[0]!.text).toBe(known[0]!.text);
    expect(unknown[6]!.text).toBe(known[6]!.text);
  });
});
