import {
  type AuthModuleExtras,
  type AuthModuleOptions,
  createClientSecret,
  type OAuthClient,
  type RedisOptions,
  type TokenPair,
  TokenService,
} from 'nestjs-gatehouse';
import { type AppShape, type Platform, type RunningApp, startApp } from '../app/start-app.js';
import type { Answer } from '../app/client.js';
import { basic, OAuthCaller } from './oauth-caller.js';

const { secret, hash } = createClientSecret();
/** The secret of all confidential clients of a stand. */
export const CLIENT_SECRET = secret;
/** Its hash. */
export const CLIENT_SECRET_HASH = hash;

const scope = ['articles:read', 'articles:write'];
const secretHashes = [hash];

/** The clients of a stand: one with users, another one, one in browsers, a resource server, a machine. */
export const standClients: readonly OAuthClient[] = [
  { id: 'shop', secretHashes, grants: ['refresh_token'], scope },
  { id: 'other', secretHashes, grants: ['refresh_token'], scope },
  { id: 'spa', grants: ['refresh_token'], scope },
  { id: 'gateway', secretHashes, grants: [], scope: [], mayIntrospect: true },
  { id: 'job', secretHashes, grants: ['client_credentials'], scope, roles: ['editor'] },
];

interface StandShape extends Pick<AppShape, 'prepare' | 'imports' | 'logger' | 'controllers'> {
  readonly platform?: Platform;
  readonly redis?: RedisOptions | undefined;
  readonly options?: Partial<AuthModuleOptions>;
  readonly oauth?: Partial<AuthModuleExtras['oauth']>;
  readonly extras?: AuthModuleExtras;
}

/** An app with clients, and a caller who knows their secrets. */
export class OAuthStand extends OAuthCaller {
  private constructor(readonly running: RunningApp) {
    super(running.url);
  }

  static async start({ redis, options, oauth, extras, ...shape }: StandShape = {}): Promise<OAuthStand> {
    const running = await startApp({
      ...shape,
      options: { ...(redis !== undefined && { redis }), ...options },
      extras: { ...extras, oauth: { clients: standClients, ...oauth } },
    });
    return new OAuthStand(running);
  }

  get tokens(): TokenService {
    return this.running.app.get(TokenService);
  }

  /** Tokens that a client got for a user. */
  session(clientId: string, subject = 'ada'): Promise<TokenPair> {
    return this.tokens.login({
      subject,
      clientId,
      roles: ['editor'],
      scope: ['articles:read'],
      authenticatedAt: Date.now(),
      device: {},
    });
  }

  /** An access token of a client itself. */
  async machineToken(): Promise<string> {
    const answer = await this.as('job', '/oauth/token', { grant_type: 'client_credentials' });
    return String(answer.body['access_token']);
  }

  /** Posts a form as a client that has a secret. */
  as(clientId: string, path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    return this.form(path, form, { header: basic(clientId, CLIENT_SECRET) });
  }

  /** What an access token is good for at a protected route. */
  async status(accessToken: string): Promise<number> {
    return (await this.get('/auth/me', accessToken)).status;
  }

  close(): Promise<void> {
    return this.running.close();
  }
}
