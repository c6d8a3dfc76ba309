import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from 'nestjs-gatehouse';
import { ManualClock } from 'nestjs-gatehouse/testing';
import { AppModule } from '../app.module.js';
import { readEnvironment } from '../configuration/environment.js';

const settings = readEnvironment({
  DATABASE_URL: ':memory:',
  AUTH_ALGORITHM: 'HS256',
  AUTH_SECRET_KEY: 'a secret of this test that is of no use anywhere else',
});
const MINUTE_MS = 60_000;

describe('the page for the code of a device', () => {
  const clock = new ManualClock(Date.now());
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const testing = Test.createTestingModule({ imports: [AppModule.with(settings)] });
    const compiled = await testing.overrideProvider(Clock).useValue(clock).compile();
    app = compiled.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it('knows a code for ten minutes, and no longer', async () => {
    const asked = await post('/oauth/device_authorization', { client_id: 'demo-tv' });
    const { user_code: userCode } = (await asked.json()) as { readonly user_code: string };
    const path = `/device?user_code=${userCode}`;
    const cookie = await logIn(path);
    const statusOf = async () => (await fetch(url + path, { headers: { cookie } })).status;
    clock.advance(9 * MINUTE_MS);
    expect(await statusOf()).toBe(200);
    clock.advance(MINUTE_MS);
    expect(await statusOf()).toBe(404);
  });

  const post = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ) => fetch(url + path, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });

  /** @returns the cookie of a browser that is logged in */
  async function logIn(path: string): Promise<string> {
    const page = await fetch(url + path);
    const hidden = [...(await page.text()).matchAll(/name="(\w+)" value="([^"]+)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    const user = { username: 'demo', password: 'demo-password' };
    return cookieOf(await post('/device/login', { ...fields, ...user }, { cookie: cookieOf(page) }));
  }
});

const cookieOf = ({ headers }: Response): string => headers.getSetCookie()[0]?.split(';')[0] ?? '';
