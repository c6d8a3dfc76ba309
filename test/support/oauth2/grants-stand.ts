import { UnauthorizedException } from '@nestjs/common';
import {
  type AuthenticatedUser,
  AuthEvents,
  type AuthModuleExtras,
  type AuthModuleOptions,
  ClientRegistry,
  createClientSecret,
  type Login,
  type LoginContext,
  type OAuthClient,
  type TokenPair,
  TokenService,
} from 'nestjs-gatehouse';
import { type AppShape, type Platform, type RunningApp, startApp, TestUsers } from '../app/start-app.js';
import { type media, startMedium } from '../app/stores.js';
import { OAuthCaller } from './oauth-caller.js';

/** Users of whom a test says what they may by now. That a password of `thrown` is wrong is an exception. */
export class OAuthUsers extends TestUsers {
  scope: readonly string[] | undefined;
  isGone = false;
  /** What came along with each password. */
  readonly contexts: LoginContext[] = [];

  override async authenticate(
    username: string,
    password: string,
    context?: LoginContext,
  ): Promise<AuthenticatedUser | undefined> {
    if (context !== undefined) this.contexts.push(context);
    if (username === 'thrown' && password !== 'thrown-password') throw new UnauthorizedException();
    const user = await super.authenticate(username, password);
    return user && this.withScope(user);
  }

  override async reload(subject: string): Promise<AuthenticatedUser | undefined> {
    return this.isGone ? undefined : this.withScope({ subject, roles: ['reloaded'] });
  }

  private withScope(user: AuthenticatedUser): AuthenticatedUser {
    return this.scope === undefined ? user : { ...user, scope: this.scope };
  }
}

/** A registry whose clients a test may change. */
export class ChangingClients extends ClientRegistry {
  private readonly clients = new Map<string, OAuthClient>();

  constructor(...clients: readonly OAuthClient[]) {
    super();
    for (const client of clients) this.clients.set(client.id, client);
  }

  async find(clientId: string): Promise<OAuthClient | undefined> {
    return this.clients.get(clientId);
  }

  /** Registers a client anew with some members changed, runs, and takes that back. */
  async during<T>(id: string, changes: Partial<OAuthClient> | undefined, run: () => Promise<T>): Promise<T> {
    const before = this.clients.get(id);
    if (before === undefined) throw new Error(`there is no client ${id}`);
    if (changes === undefined) this.clients.delete(id);
    else this.clients.set(id, { ...before, ...changes });
    try {
      return await run();
    } finally {
      this.clients.set(id, before);
    }
  }
}

/** The secret of {@link confidentialClient}. */
export const appSecret = createClientSecret();

/** A client that keeps a secret and may do whatever the stand serves. */
export const confidentialClient: OAuthClient = {
  id: 'reader app',
  secretHashes: [appSecret.hash],
  grants: ['client_credentials', 'refresh_token', 'password'],
  scope: ['articles:read', 'articles:write'],
  roles: ['editor'],
  isFirstParty: true,
  accessTokenTtlMs: 120_000,
};

/** A client without a secret. */
export const publicClient: OAuthClient = {
  id: 'spa',
  grants: ['refresh_token'],
  scope: ['articles:read', 'articles:write'],
};

interface StandShape extends Pick<AppShape, 'controllers' | 'logger'> {
  /** Modules that grants of the host need. */
  readonly imports?: NonNullable<AuthModuleExtras['imports']>;
  readonly platform: Platform;
  readonly medium: (typeof media)[number];
  readonly clients?: readonly OAuthClient[];
  readonly options?: Partial<AuthModuleOptions>;
  readonly oauth?: Partial<NonNullable<AuthModuleExtras['oauth']>>;
}

/** Two instances of an app with endpoints for clients; on memory, where they would share nothing, one that is both. */
export interface GrantsStand {
  readonly users: OAuthUsers;
  readonly clients: ChangingClients;
  readonly app: RunningApp;
  readonly otherApp: RunningApp;
  readonly one: OAuthCaller;
  readonly other: OAuthCaller;
  /** What became of refresh tokens, on either instance: a token that was burnt before is `refresh.replayed` or `refresh.reuse`. */
  readonly told: string[];
  /** Opens a session as a grant does once it knows the user. */
  open(login: Partial<Login>): Promise<TokenPair>;
  stop(): Promise<void>;
}

/** Starts the instances on a medium of their own. */
export async function startGrantsStand(shape: StandShape): Promise<GrantsStand> {
  const { platform, medium: kind, imports = [], oauth, options, ...app } = shape;
  const { clients: registered = [confidentialClient, publicClient] } = shape;
  const medium = await startMedium(kind);
  const users = new OAuthUsers();
  const clients = new ChangingClients(...registered);
  const start = (): Promise<RunningApp> =>
    startApp({
      ...app,
      platform,
      options: { throttler: false, ...(medium.redis && { redis: medium.redis }), ...options },
      extras: {
        imports,
        userAuthenticator: { useValue: users },
        oauth: { clients: { useValue: clients }, ...oauth },
      },
    });
  const first = await start();
  const second = kind === 'redis' ? await start() : first;
  const told: string[] = [];
  for (const { app: instance } of new Set([first, second]))
    for (const event of ['refresh.rotated', 'refresh.replayed', 'refresh.reuse'] as const)
      instance.get(AuthEvents).on(event, () => void told.push(event));
  return {
    told,
    users,
    clients,
    app: first,
    otherApp: second,
    one: new OAuthCaller(first.url),
    other: new OAuthCaller(second.url),
    open: (login) =>
      first.app.get(TokenService).login({
        subject: 'user-ada',
        clientId: confidentialClient.id,
        roles: ['reader'],
        scope: confidentialClient.scope,
        authenticatedAt: Date.now(),
        device: {},
        ...login,
      }),
    async stop() {
      await Promise.all([first.close(), ...(second === first ? [] : [second.close()])]);
      await medium.stop();
    },
  };
}
