import { verificationBeganAt } from '../authentication/schemes/verified-credential.js';
import { isReservedClaim } from '../access-tokens/access-token-issuer.js';
import { readDuration } from '../kernel/duration.js';
import type { Principal } from '../kernel/principal.js';
import { clientText, isIdentifier } from '../kernel/text.js';
import { checkedUser } from '../tokens/checked-login.js';
import type { ApiKey } from './api-key.js';
import { isApiKeyOf } from './api-key-text.js';
import { type ApiKeysSettings, LONGEST_TTL_MS } from './api-keys.settings.js';

const METHOD = 'ApiKeyService.create()';
const MAX_NAME = 100;

/** What a host says of a key that it wants; `null` stands for "none". */
type ApiKeyRequest = Readonly<Partial<Record<'name' | 'clientId' | 'ttl' | 'rateLimit', unknown>>> & {
  readonly creator?: Principal | null;
};

/** What a key is going to say, and how long. */
export interface CheckedApiKey {
  readonly facts: Omit<ApiKey, 'id' | 'createdAt' | 'expiresAt' | 'lastUsedAt'>;
  readonly ttlMs: number | undefined;
}

/**
 * A key as a host describes it, if it makes sense.
 * @throws TypeError, or RangeError for what is too much or too little, that names method and member
 */
export function checkedApiKey(request: ApiKeyRequest, settings: ApiKeysSettings): CheckedApiKey {
  const { subject, roles, scope, claims } = checkedUser(request, METHOD);
  const clientId = request.clientId ?? undefined;
  if (clientId !== undefined && !isIdentifier(clientId))
    throw new TypeError(wrong('clientId', 'non-empty, well-formed text'));
  requireDated(request.creator ?? undefined);
  return {
    facts: {
      name: nameOf(request.name),
      subject,
      clientId,
      roles,
      scope,
      claims: claimsOf(claims),
      rateLimit: rateLimitOf(request.rateLimit),
    },
    ttlMs: ttlOf(request.ttl, settings),
  };
}

/** What a scheme verified has no epoch: whether it was revoked since can be told only by when that was. */
function requireDated(creator: Principal | undefined): void {
  if (creator?.scheme === undefined || creator.epoch !== undefined) return;
  if (isApiKeyOf(creator.tokenId, creator.subject) || verificationBeganAt(creator) !== undefined) return;
  throw new TypeError(wrong('creator', 'the caller as `@CurrentUser()` says it'));
}

function nameOf(name: unknown): string {
  if (!isIdentifier(name)) throw new TypeError(wrong('name', 'non-empty, well-formed text'));
  if (clientText(name, MAX_NAME) !== name)
    throw new RangeError(wrong('name', `at most ${MAX_NAME} characters long, without control characters`));
  return name;
}

/** Who reads a claim must not take what a host says for what we do. */
function claimsOf(claims: ApiKey['claims'] = {}): ApiKey['claims'] {
  const reserved = Object.keys(claims).find(isReservedClaim);
  if (reserved !== undefined)
    throw new TypeError(wrong('claims', `free of "${reserved}", which is reserved`));
  return claims;
}

function rateLimitOf(given: unknown): ApiKey['rateLimit'] {
  if (given === undefined || given === null) return undefined;
  const { limit, ttl } = given as { readonly limit?: unknown; readonly ttl?: unknown };
  if (!Number.isSafeInteger(limit) || (limit as number) < 1)
    throw new RangeError(wrong('rateLimit.limit', 'a whole number of at least 1'));
  return { limit: limit as number, windowMs: durationOf('rateLimit.ttl', ttl) };
}

function ttlOf(given: unknown, { defaultTtlMs, maxTtlMs }: ApiKeysSettings): number | undefined {
  if (given === undefined || given === null) return defaultTtlMs;
  if (given !== 'never') return durationOf('ttl', given, maxTtlMs);
  if (maxTtlMs !== undefined) throw new RangeError(wrong('ttl', 'no longer than `apiKeys.maxTtl`'));
  return undefined;
}

function durationOf(member: string, given: unknown, max = LONGEST_TTL_MS): number {
  const refuse = (message: string): never => {
    throw new RangeError(`${METHOD}: \`${member}\`: ${message}`);
  };
  return readDuration(given, { min: 1, max }, refuse) ?? refuse('expected a duration');
}

function wrong(member: string, expected: string): string {
  return `${METHOD}: \`${member}\` must be ${expected}`;
}
