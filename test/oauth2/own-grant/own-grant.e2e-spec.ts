import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { type AuthModuleExtras, Grant } from 'nestjs-gatehouse';
import { everywhere } from '../../support/app/stores.js';
import { startApp } from '../../support/app/start-app.js';
import { type GrantsStand, publicClient, startGrantsStand } from '../../support/oauth2/grants-stand.js';
import { DeviceCodes, DeviceGrant } from './device.grant.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const television = { ...publicClient, id: 'television', grants: [GRANT, 'refresh_token'] };
const codes = new DeviceCodes();

@Module({ providers: [{ provide: DeviceCodes, useValue: codes }], exports: [DeviceCodes] })
class DeviceModule {}

it('a grant of a host is a file of less than 60 lines', () => {
  const lines = readFileSync(join(__dirname, 'device.grant.ts'), 'utf8').split('\n').length;
  expect(lines).toBeLessThan(60);
});

describe.each(everywhere)('a grant of a host, on $platform and $medium', (place) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    stand = await startGrantsStand({
      ...place,
      logger: false,
      clients: [television, { ...television, id: 'radio' }, publicClient],
      imports: [DeviceModule],
      oauth: { grants: [DeviceGrant] },
    });
  });
  beforeEach(() => {
    codes.byText.clear();
    const user = { subject: 'user-ada', roles: ['viewer'] };
    const scope = ['articles:read'];
    codes.byText.set('agreed', { clientId: television.id, scope, user });
    codes.byText.set('shown', { clientId: television.id, scope, user: undefined });
  });
  afterAll(() => stand.stop());

  const send = (code: string, form: Readonly<Record<string, string>> = {}) =>
    stand.one.token({ grant_type: GRANT, client_id: television.id, device_code: code, ...form });

  it('opens a session like those of ours, within what user and client agreed on', async () => {
    const { status, body } = await send('agreed');
    expect([status, body['scope']]).toEqual([200, 'articles:read']);
    const me = await stand.other.get('/auth/me', String(body['access_token']));
    expect(me.body).toMatchObject({ sub: 'user-ada', client_id: television.id, roles: ['viewer'] });
    const form = { grant_type: 'refresh_token', client_id: television.id };
    const refreshed = await stand.other.token({ ...form, refresh_token: String(body['refresh_token']) });
    expect(refreshed.body['scope']).toBe('articles:read');
  });

  it.each([
    ['nobody has agreed yet', 'shown', {}, 'authorization_pending'],
    ['there is none', 'guessed', {}, 'invalid_grant'],
    ['another client shows it', 'agreed', { client_id: 'radio' }, 'invalid_grant'],
    ['no client of that kind does', 'agreed', { client_id: publicClient.id }, 'unauthorized_client'],
    ['it is missing', '', {}, 'invalid_request'],
  ])('is refused where %s', async (_, code, form, error) => {
    const answer = await send(code, form);
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(codes.byText.size).toBe(2);
  });

  it('works once', async () => {
    const statuses = (await Promise.all([send('agreed'), send('agreed')])).map(({ status }) => status);
    expect(statuses.sort((a, b) => a - b)).toEqual([200, 400]);
  });
});

describe('the options of grants', () => {
  class Nameless extends Grant {
    readonly type = '';
    async issue() {
      return { accessToken: '', expiresInSeconds: 1 };
    }
  }
  class Namesake extends Nameless {
    override readonly type = 'refresh_token' as '';
  }

  it.each<[string, NonNullable<NonNullable<AuthModuleExtras['oauth']>['grants']>[number]]>([
    ['oauth.grants[0]: needs a type', Nameless],
    ['oauth.grants[0]: refresh_token is taken', Namesake],
    ['oauth.grants[0].useValue: expected an object with issue()', { useValue: {} as Grant }],
  ])('%s', async (message, grant) => {
    const boot = startApp({ logger: false, extras: { oauth: { clients: [television], grants: [grant] } } });
    await expect(boot).rejects.toThrow(message);
  });
});
