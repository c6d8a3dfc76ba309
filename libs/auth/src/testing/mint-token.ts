import type { INestApplicationContext } from '@nestjs/common';
import { AccessTokenIssuer, isReservedClaim } from '../access-tokens/access-token-issuer.js';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { VerifiedTokens } from '../access-tokens/verified-tokens.js';
import { Clock } from '../kernel/clock.js';
import { type Duration, parseDuration } from '../kernel/duration.js';
import { MACHINE_PREFIX } from '../kernel/principal.js';
import { KeyRing } from '../keys/key-ring.js';
import { AuthSettings } from '../options/auth-settings.js';
import { LiveRoleGraph } from '../rbac/live-role-graph.js';
import { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import type { Login } from '../tokens/token-pair.js';
import { TokenService } from '../tokens/token.service.js';
import { partOf, refuseVerifier } from './tested-app.js';

/** Whom a token is for, and what is special about it. */
type MintedToken = {
  /** `sub`; `client:<id>` is a machine, which has no session. */
  readonly subject: string;
  /** Names of roles that the app knows. @default none */
  readonly roles?: readonly string[];
  /** @default no scope: the token isn't narrowed */
  readonly scope?: readonly string[];
  /** `client_id`. @default `authentication.clientId`; of a machine its own */
  readonly client?: string;
  /** `false`: no session is opened for it, so there is none to list, and none to end. @default true */
  readonly session?: boolean;
  /** Lifetime, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly ttl?: Duration;
  /** It ended a while ago. @default false */
  readonly expired?: boolean;
  /** `auth_time`: when the user proved who they are. @default now, by the clock of the app */
  readonly authTime?: Date;
  /** `acr`. */
  readonly acr?: string;
  /** `amr`, as `['pwd', 'otp']`. */
  readonly amr?: readonly string[];
  /** Claims of the host; `accessTokens.claims` may replace them. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** `aud`, for whomever it is meant. @default `audience` */
  readonly audience?: string | readonly string[];
  /** `iss`, whoever it says it is from. @default `issuer` */
  readonly issuer?: string;
};

const OPTIONS: Readonly<Record<keyof MintedToken, true>> = {
  subject: true,
  roles: true,
  scope: true,
  client: true,
  session: true,
  ttl: true,
  expired: true,
  authTime: true,
  acr: true,
  amr: true,
  claims: true,
  audience: true,
  issuer: true,
};

const LONG_AGO_MS = 60 * 60_000;

/**
 * Headers with a token of somebody, for any client of HTTP: `{ authorization: 'Bearer …' }`.
 * @throws TypeError, as {@link mintToken}
 * @example
 * ```ts
 * const headers = await actingAs(app, { subject: 'user-1', roles: ['editor'] });
 * await request(app.getHttpServer()).patch('/articles/1').set(headers).expect(200);
 * ```
 */
export async function actingAs(
  app: INestApplicationContext,
  actor: Pick<MintedToken, 'subject' | 'roles' | 'scope'>,
): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await minted(app, actor, 'actingAs()')}` };
}

/**
 * An access token as a login would get it: signed by the key ring of the app, of a session of its own, and refused once its subject,
 * session or client is revoked. With `expired`, `audience` or `issuer` one that the app has to refuse.
 * @throws TypeError for a role that the app doesn't know, for a claim that isn't the host's to say, and for what a login may not have
 * @example
 * ```ts
 * const stale = await mintToken(app, { subject: 'user-1', authTime: new Date(clock.now() - 3_600_000) });
 * ```
 */
export async function mintToken(app: INestApplicationContext, token: MintedToken): Promise<string> {
  return minted(app, token, 'mintToken()');
}

async function minted(app: INestApplicationContext, token: MintedToken, verb: string): Promise<string> {
  refuseUnknown(app, token, verb);
  const { subject, roles = [], scope, authTime, acr, amr, claims, expired = false } = token;
  const user = { subject, roles, scope, acr, amr, claims };
  const clock = partOf(app, Clock, verb);
  const isMachine = subject.startsWith(MACHINE_PREFIX);
  const clientId = token.client ?? clientOf(app, subject, verb);
  const ttlMs = lifetimeOf(app, token, verb);
  const authenticatedAt = authTime?.getTime() ?? clock.now();
  const login: Login = {
    ...user,
    authenticatedAt,
    clientId,
    accessTokenTtlMs: ttlMs,
    device: { label: 'a test' },
  };
  const opened =
    isMachine || token.session === false ? undefined : await partOf(app, TokenService, verb).login(login);
  const isPlain = !expired && token.audience === undefined && token.issuer === undefined;
  if (opened !== undefined && isPlain) return opened.accessToken;
  const epoch = await partOf(app, TokenBlacklistStore, verb).claimEpoch(subject, clientId);
  const issuer = issuerOf(app, token, verb);
  const content = { ...user, clientId, ttlMs, epoch, sessionId: opened?.principal.sessionId };
  return (await issuer.issue(isMachine ? content : { ...content, authenticatedAt })).token;
}

/** Under the settings that the test wants, and with a memory of its own: the app has to look at each of these tokens anew. */
function issuerOf(
  app: INestApplicationContext,
  { audience, issuer, expired = false }: MintedToken,
  verb: string,
): AccessTokenIssuer {
  const own = partOf(app, AccessTokensSettings, verb);
  const settings: AccessTokensSettings = Object.assign({}, own, {
    cache: undefined,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience: typeof audience === 'string' ? [audience] : audience }),
  });
  const clock = partOf(app, Clock, verb);
  const agoMs = own.maxTtlMs + own.clockToleranceMs + LONG_AGO_MS;
  const then = expired ? { now: () => clock.now() - agoMs, elapsed: () => clock.elapsed() } : clock;
  const keys = partOf(app, KeyRing, verb);
  return new AccessTokenIssuer(settings, keys, then, new VerifiedTokens(settings, keys, then));
}

function clientOf(app: INestApplicationContext, subject: string, verb: string): string {
  if (subject.startsWith(MACHINE_PREFIX)) return subject.slice(MACHINE_PREFIX.length);
  return partOf(app, AuthSettings, verb).authentication.clientId;
}

function lifetimeOf(app: INestApplicationContext, { ttl }: MintedToken, verb: string): number | undefined {
  if (ttl === undefined) return undefined;
  const ttlMs = parseDuration(ttl);
  const { maxTtlMs } = partOf(app, AccessTokensSettings, verb);
  if (ttlMs !== undefined && ttlMs >= 1000 && ttlMs <= maxTtlMs) return ttlMs;
  throw new TypeError(
    `${verb}: ttl must be a duration of 1s at least, and of ${maxTtlMs / 1000}s at most (accessTokens.maxTtl)`,
  );
}

function refuseUnknown(app: INestApplicationContext, token: MintedToken, verb: string): void {
  if (typeof token?.subject !== 'string' || token.subject === '')
    throw new TypeError(`${verb} needs a subject: whom the token is for`);
  const stranger = Object.keys(token).find((name) => !Object.hasOwn(OPTIONS, name));
  if (stranger !== undefined) throw new TypeError(`${verb}: ${stranger} is not an option`);
  refuseMisshapen(token, verb);
  const { roles } = partOf(app, LiveRoleGraph, verb).current;
  // An app without a definition may look at the names by itself.
  const unknown = roles.length === 0 ? [] : (token.roles ?? []).filter((role) => !roles.includes(role));
  if (unknown.length > 0)
    throw new TypeError(
      `${verb}: the app knows no role ${unknown.join(', ')}, and would ignore it; its roles are ${roles.join(', ')}`,
    );
  const reserved = Object.keys(token.claims ?? {}).find(isReservedClaim);
  if (reserved !== undefined)
    throw new TypeError(`${verb}: the claim ${reserved} is the library's to say, not the host's`);
  refuseVerifier(app, verb);
}

/** What a login would take for something else, or stumble over. */
function refuseMisshapen(token: MintedToken, verb: string): void {
  const { subject, roles = [], authTime, client } = token;
  const isMachine = subject.startsWith(MACHINE_PREFIX);
  const wrong = (['session', 'expired'] as const).find(
    (name) => token[name] !== undefined && typeof token[name] !== 'boolean',
  );
  if (wrong !== undefined) throw new TypeError(`${verb}: ${wrong} must be true or false`);
  if (!Array.isArray(roles)) throw new TypeError(`${verb}: roles must be a list of names`);
  if (authTime !== undefined && !(authTime instanceof Date && Number.isFinite(authTime.getTime())))
    throw new TypeError(`${verb}: authTime must be a Date`);
  if (subject === MACHINE_PREFIX) throw new TypeError(`${verb}: a machine is client:<id>`);
  if (isMachine && client !== undefined && MACHINE_PREFIX + client !== subject)
    throw new TypeError(`${verb}: the client of the machine ${subject} is its own`);
}
