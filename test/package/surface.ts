// A host that uses what is public without writing our types down, as hosts do: with declarations emitted, everything that
// it returns must be something the compiler can name or write out. Compiled in the apps that consume the package.
import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { type ExecutionContext, type INestApplicationContext, Inject, Injectable } from '@nestjs/common';
import {
  AccessControl,
  type AccessDefinition,
  type AccessDefinitionError,
  type AuthConfigurationError,
  AuthError,
  type AuthErrorCode,
  AuthEvents,
  type AuthModuleOptions,
  Clock,
  CredentialThrottle,
  JwtAuthGuard,
  JwtStrategy,
  KeyNotReplacedError,
  KeyRotationService,
  type KeyRotationRequest,
  KeySource,
  LiveRoleGraph,
  type LoginContext,
  LoginService,
  OwnershipResolver,
  type Principal,
  RateLimits,
  RefreshGuard,
  RefreshStrategy,
  RefusingGuard,
  RoleGraph,
  RoleSource,
  Roles,
  RouteAudit,
  Scopes,
  SessionService,
  Signer,
  type SigningKey,
  SocketAuthenticator,
  TokenBlacklistService,
  TokenService,
  UserAuthenticator,
  type VerificationKey,
  externalSigningKey,
  toProblemDetails,
  verificationKey,
} from 'nestjs-gatehouse';
import { RbacGuard, RbacModule, RoleGraphSignal } from 'nestjs-gatehouse/rbac';
import {
  FakeUserAuthenticator,
  ManualClock,
  actingAs,
  describeAccess,
  keySourceContract,
  mintToken,
  overrideAuth,
  userAuthenticatorContract,
  withRedisDown,
} from 'nestjs-gatehouse/testing';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
  createThrottlerStorage,
} from 'nestjs-gatehouse/throttler';

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export class HostUsers extends UserAuthenticator {
  async authenticate(username: string, password: string, { extra }: LoginContext) {
    const amr = extra['totp'] === undefined ? ['pwd'] : ['pwd', 'otp'];
    return password === 'correct horse' ? { subject: username, roles: ['admin'], amr } : undefined;
  }
}

@Injectable()
export class HostLogins {
  @Inject(LoginService) private readonly logins!: LoginService;

  complete = (request: object, response: object) =>
    this.logins.completeLogin(request, response, async () => ({ subject: 'ada' }), { amr: ['hwk'] });
}

export class HostSigner extends Signer {
  constructor(private readonly key: KeyObject) {
    super();
  }

  async sign(input: Uint8Array) {
    return sign('sha256', input, { key: this.key, dsaEncoding: 'ieee-p1363' });
  }
}

export class HostKeys extends KeySource {
  private current = { ...newPair(), kid: 'first' };
  private readonly older: VerificationKey[] = [];
  private readonly listeners = new Set<() => void>();

  async load() {
    const { publicKey, privateKey, kid } = this.current;
    return [externalSigningKey(publicKey, 'ES256', new HostSigner(privateKey), { kid }), ...this.older];
  }

  override async rotate({ replaces, compromised }: KeyRotationRequest) {
    const { publicKey, kid } = this.current;
    if (compromised) throw new KeyNotReplacedError('replace it in the vault');
    if (replaces !== kid) return { outcome: 'already-rotated' as const, keys: await this.load() };
    const lifetime = { activeFrom: 0, retiringFrom: Date.now(), retiredFrom: Date.now() + 60_000 };
    this.older.push(verificationKey(publicKey, 'ES256', { kid, lifetime }));
    this.current = { ...newPair(), kid: 'second' };
    for (const listener of this.listeners) listener();
    return { outcome: 'rotated' as const, keys: await this.load() };
  }

  override follow(onChange: () => void) {
    this.listeners.add(onChange);
    return () => void this.listeners.delete(onChange);
  }
}

export class HostRoles extends RoleSource {
  async load() {
    return { roles: new Map([['admin', { grants: ['*'] }]]), scopes: [['read', ['posts:read']]] as const };
  }

  override watch(changed: () => void) {
    changed();
    return () => {};
  }
}

export class HostSignal extends RoleGraphSignal {
  async send() {}
  follow(onSignal: () => void) {
    onSignal();
  }
  close() {}
}

export class HostOwner extends OwnershipResolver {
  owns(principal: Principal, context: ExecutionContext) {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    return principal.subject === params.id;
  }
}

export class HostClock extends Clock {
  now() {
    return Date.now();
  }
  elapsed() {
    return performance.now();
  }
}

@Injectable()
export class HostJwtGuard extends JwtAuthGuard {
  @Inject(AccessControl) private readonly access!: AccessControl;

  protected override async decide(context: ExecutionContext) {
    return (await super.decide(context)) && this.access.can({ roles: [] }, 'posts:read');
  }
}
export class HostRbacGuard extends RbacGuard {}
export class HostRefreshGuard extends RefreshGuard {}
export class HostJwtStrategy extends JwtStrategy {}
export class HostRefreshStrategy extends RefreshStrategy {}
export class HostThrottlerGuard extends GatehouseThrottlerGuard {
  protected override shouldSkip(context: ExecutionContext) {
    return context.getType() !== 'http';
  }
  protected override getTracker(request: { headers: Record<string, string> }) {
    return request.headers['x-api-key'];
  }
}
export class HostUserThrottlerGuard extends GatehouseUserThrottlerGuard {
  protected override async getTracker(request: object, context: ExecutionContext) {
    return (await super.getTracker(request, context)) ?? 'nobody';
  }
}
export class HostGuard extends RefusingGuard {
  protected decide(): never {
    throw new AuthError('access_denied', {
      detail: 'closed',
      cause: new Error('why'),
      extensions: { until: 1 },
    });
  }
}
export class HostError extends AuthError {
  constructor(code: AuthErrorCode) {
    super(code, { retryAfterSeconds: 3, scope: ['read'], maxAgeSeconds: 2 });
  }
}

export const HostReads = Scopes.any;
export const HostAdmins = Roles.override;
export const roleModule = RbacModule.forRoot({ source: new HostRoles(), signal: new HostSignal() });
export const contract = keySourceContract;
export const cases = keySourceContract.map(({ run }) => run({ sources: [new HostKeys()], now: () => 1 }));
export const storage = () =>
  createThrottlerStorage({ memory: { maxWindows: 10 } }).increment('a', 1, 1, 1, 'x');
export const clock = new ManualClock(1);

type Builder = Parameters<typeof overrideAuth>[0];
export const overridden = (builder: Builder) =>
  overrideAuth(builder, { clock, users: [{ username: 'ada' }] });
export const asAda = (app: INestApplicationContext) => actingAs(app, { subject: 'ada' });
export const tokenOf = (app: INestApplicationContext) => mintToken(app, { subject: 'ada', ttl: '1m' });
export const accessTo = (app: INestApplicationContext) => describeAccess(app);
export const inOutage = (app: INestApplicationContext) => withRedisDown(app, () => 1);
export const fakeUsers = new FakeUserAuthenticator();
export const judged = userAuthenticatorContract.map(({ name }) => name);

/** What an operator's page asks; each answer has the type that the compiler finds. */
@Injectable()
export class HostOperator {
  @Inject(RateLimits) private readonly limits!: RateLimits;
  @Inject(CredentialThrottle) private readonly credentials!: CredentialThrottle;
  @Inject(KeyRotationService) private readonly keys!: KeyRotationService;
  @Inject(SessionService) private readonly sessions!: SessionService;
  @Inject(TokenBlacklistService) private readonly blacklist!: TokenBlacklistService;
  @Inject(TokenService) private readonly tokens!: TokenService;
  @Inject(LiveRoleGraph) private readonly live!: LiveRoleGraph;
  @Inject(AccessControl) private readonly access!: AccessControl;
  @Inject(RouteAudit) private readonly audit!: RouteAudit;
  @Inject(SocketAuthenticator) private readonly sockets!: SocketAuthenticator;
  @Inject(AuthEvents) private readonly events!: AuthEvents;

  inForce = () => this.limits.inForce;
  use = (ip: string) => this.limits.peek('default', { ip });
  attempt = (account: string) => this.credentials.begin(account, undefined);
  rotate = () => this.keys.rotate({ compromised: true });
  sessionsOf = (subject: string) => this.sessions.list(subject, { limit: 10 });
  statistics = () => this.blacklist.replicaStatistics();
  verify = (token: string) => this.tokens.verify(token);
  refresh = (refreshToken: string) => this.tokens.refresh({ refreshToken, clientId: 'web' });
  reload = () => this.live.reload();
  health = () => this.live.health();
  explain = (principal: Principal) => this.access.explain(principal, 'posts:read');
  rows = () => this.audit.table().rows;
  hooks = () => this.sockets.graphqlWs({ anonymous: false });
  denials = (tell: (reason: string) => void) => this.events.on('access.denied', ({ reason }) => tell(reason));
}

export const problemOf = (error: AuthError) => toProblemDetails(error, { instance: '/posts' });
export const occurrenceOf = (error: AuthError) => error.occurrence;
export const findingsOf = (error: AuthConfigurationError) => error.findings;
export const problemsOf = (error: AccessDefinitionError) => error.problems;
export const lifetimeOf = (key: SigningKey) => key.lifetime;
export const compiled = (roles: AccessDefinition['roles']) => RoleGraph.compile({ roles }, { maxColumns: 5 });
export const partsOf = ({ sessions, authentication, keys, accessTokens, throttler }: AuthModuleOptions) => ({
  profiles: sessions?.profiles,
  cookie: authentication?.refreshCookie,
  keys: [keys?.remote, keys?.rotation, keys?.privateKey],
  tokens: [accessTokens?.cache, accessTokens?.foreign],
  limits: throttler !== false && [throttler?.throttlers, throttler?.credentials],
});
