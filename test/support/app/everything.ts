import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiKeyService,
  type AuthEventMap,
  AuthEvents,
  type AuthModuleOptions,
  DeviceAuthorizationService,
  KeyRotationService,
  type OAuthClient,
  SessionService,
  TokenBlacklistService,
} from 'nestjs-gatehouse';
import { CapturingLogger } from '../../secrets/capturing-logger.js';
import { ACCESS_TOKEN, EXCHANGE, tokenOf } from '../oauth2/exchange-stand.js';
import {
  ada,
  begin,
  CALLBACK,
  sentTo,
  service,
  TestInteraction,
  verifier,
} from '../oauth2/authorizations.js';
import { DEVICE_CODE, television } from '../oauth2/device-stand.js';
import { appSecret, confidentialClient } from '../oauth2/grants-stand.js';
import { basic, OAuthCaller } from '../oauth2/oauth-caller.js';
import type { Answer, TokenPair } from './client.js';
import { type Platform, type RunningApp, startApp } from './start-app.js';

/** The record of any event. */
export type AuthRecord = AuthEventMap[keyof AuthEventMap];

const lastingSecret = randomBytes(32).toString('base64');
const header = basic(confidentialClient.id, appSecret.secret);

/** May do whatever there is. */
const app: OAuthClient = {
  ...confidentialClient,
  grants: ['client_credentials', 'refresh_token', 'password', 'authorization_code', EXCHANGE],
  redirectUris: [CALLBACK],
  mayIntrospect: true,
};

/** An app with everything switched on, what it told and logged, and the secrets that were used. */
export class Everything {
  readonly records: AuthRecord[] = [];
  /** By a name that may be shown. */
  readonly secrets: Record<string, string> = { 'the lasting secret': lastingSecret };

  private constructor(
    readonly running: RunningApp,
    readonly http: OAuthCaller,
    readonly logger: CapturingLogger,
    private readonly folder: string,
  ) {
    running.app.get(AuthEvents).onAny((record) => this.records.push(record));
  }

  static async start(platform: Platform, options: Partial<AuthModuleOptions> = {}): Promise<Everything> {
    const logger = new CapturingLogger();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-everything-'));
    const running = await startApp({
      platform,
      logger,
      options: {
        secret: lastingSecret,
        keys: { algorithm: 'ES256', managedFile: join(folder, 'keys.json') },
        apiKeys: true,
        throttler: { throttlers: [{ limit: 500, ttl: '1h' }] },
        ...options,
      },
      extras: {
        oauth: {
          clients: [app, television],
          interaction: TestInteraction,
          dangerouslyAllowPasswordGrant: true,
          tokenExchange: true,
          deviceAuthorization: { verificationUri: '/device', interval: '1s' },
          registration: { scope: ['articles:read'] },
        },
      },
    });
    return new Everything(running, new OAuthCaller(running.url), logger, folder);
  }

  /** Does everything that events tell of and that needs neither time nor failures. */
  async walk(): Promise<void> {
    await this.people();
    await this.clients();
    await this.devices();
    await this.operators();
  }

  named<E extends AuthRecord['event']>(event: E): AuthEventMap[E][] {
    return this.records.filter((record) => record.event === event) as unknown as AuthEventMap[E][];
  }

  async close(): Promise<void> {
    await this.running.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Logs in, and notes what must not appear. */
  async login(username = 'demo'): Promise<TokenPair> {
    const pair = await this.http.login(username);
    this.noteTokens('a login', pair);
    this.note('password', `${username}-password`);
    return pair;
  }

  private note(name: string, secret: unknown): void {
    this.secrets[`${name} ${Object.keys(this.secrets).length}`] = String(secret);
  }

  private noteTokens(name: string, { access_token, refresh_token }: Partial<TokenPair>): void {
    if (access_token !== undefined) this.note(`access token of ${name}`, access_token);
    if (refresh_token !== undefined) this.note(`refresh token of ${name}`, refresh_token);
  }

  private async people(): Promise<void> {
    const { http } = this;
    const first = await this.login();
    const second = (await http.refresh(first.refresh_token)).body;
    this.noteTokens('a refresh', second);
    const replayed = (await http.refresh(first.refresh_token)).body;
    this.noteTokens('a replay', replayed);
    const third = (await http.refresh(second.refresh_token)).body;
    this.noteTokens('a refresh', third);
    await http.get('/auth/me', third.access_token);
    await http.get('/auth/sessions', third.access_token);
    // Two generations old: no retry.
    await http.refresh(first.refresh_token);
    await http.refresh(`${first.refresh_token}x`);
    const other = await this.login();
    await http.get('/admin', other.access_token);
    await http.post('/auth/logout', {}, other.access_token);
    this.note('a password in the place of a name', 'hunter2-and-more');
    for (let guess = 0; guess < 7; guess += 1)
      await http.post('/auth/login', { username: 'hunter2-and-more', password: 'wrong' });
    const { key, apiKey } = await this.running.app
      .get(ApiKeyService)
      .create({ subject: 'user-demo', name: 'CI' });
    this.note('an API key', key.split('_').at(-1));
    await http.send('GET', '/auth/me', { headers: { authorization: `ApiKey ${key}` } });
    await this.running.app.get(ApiKeyService).revoke(apiKey.id);
  }

  private async clients(): Promise<void> {
    const { http } = this;
    this.note('secret of a client', appSecret.secret);
    this.note('hash of it', appSecret.hash);
    const ask = async (name: string, form: Readonly<Record<string, string>>): Promise<Answer> => {
      const answer = await http.token(form, { header });
      this.noteTokens(name, answer.body);
      return answer;
    };
    const machine = tokenOf(await ask('a client', { grant_type: 'client_credentials' }));
    const user = { username: 'ada', password: 'ada-password' };
    await ask('the password grant', { grant_type: 'password', ...user });
    const shown = { subject_token: machine, subject_token_type: ACCESS_TOKEN };
    await ask('an exchange', { grant_type: EXCHANGE, ...shown });
    await ask('nothing', { grant_type: 'client_credentials', scope: 'unheard-of' });
    this.note('a wrong secret', 'ghcs_a-wrong-secret-of-a-client');
    const wrong = { header: basic(app.id, 'ghcs_a-wrong-secret-of-a-client') };
    await http.token({ grant_type: 'client_credentials' }, wrong);
    await http.token({ grant_type: 'client_credentials', client_id: 'ghcs_a-wrong-secret-of-a-client' });
    await http.form('/oauth/introspect', { token: machine }, { header });
    await http.form('/oauth/introspect', { token: machine });
    await this.codes(ask);
    await http.form('/oauth/revoke', { token: machine }, { header });
    await http.post('/oauth/register', {
      client_name: 'An agent',
      redirect_uris: ['https://agent.test/callback'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
    });
  }

  private async codes(
    ask: (name: string, form: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<void> {
    const start = { client_id: app.id };
    // As the page of the host sees them.
    const ip = '127.0.0.1';
    const { handle, browser } = await begin(this.http, start);
    this.note('handle of an authorization', handle);
    const { code = '' } = sentTo(
      await service(this.running).approve(handle, { ...browser, ip }, ada()),
    ).answer;
    this.note('authorization code', code);
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    };
    await ask('a code', form);
    await ask('nothing', form);
    const denied = await begin(this.http, start);
    await service(this.running).deny(denied.handle, { ...denied.browser, ip });
  }

  private async devices(): Promise<void> {
    const page = this.running.app.get(DeviceAuthorizationService);
    const request = { ip: '192.0.2.1', headers: { 'user-agent': 'Browser' } };
    for (const isWelcome of [true, false]) {
      const { body } = await this.http.form('/oauth/device_authorization', { client_id: television.id });
      const [userCode, deviceCode] = [String(body['user_code']), String(body['device_code'])];
      this.note('user code', userCode);
      this.note('device code', deviceCode);
      if (isWelcome) await page.approve(userCode, request, ada());
      else await page.deny(userCode, request);
      const form = { grant_type: DEVICE_CODE, client_id: television.id, device_code: deviceCode };
      this.noteTokens('a device', (await this.http.token(form)).body);
    }
  }

  private async operators(): Promise<void> {
    const { app: host } = this.running;
    const blacklist = host.get(TokenBlacklistService);
    const { access_token } = await this.login('eve');
    await blacklist.expireAccessTokens('user-eve');
    await this.http.get('/auth/me', access_token);
    await host.get(SessionService).revokeAll('user-eve');
    await blacklist.revokeSubject('user-demo');
    await blacklist.revokeClient(app.id);
    await host.get(KeyRotationService).rotate({ compromised: true });
  }
}
