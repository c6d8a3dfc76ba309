import { Injectable } from '@nestjs/common';
import { verificationBeganAt } from '../authentication/schemes/verified-credential.js';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import type { Duration } from '../kernel/duration.js';
import type { Principal } from '../kernel/principal.js';
import { requireWellFormed } from '../kernel/text.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import type { ApiKey } from './api-key.js';
import { ApiKeyEndings } from './api-key-endings.js';
import { ApiKeyGrammar, isApiKeyId, isApiKeyOf } from './api-key-text.js';
import { ApiKeyStore } from './api-key.store.js';
import { ApiKeysSettings } from './api-keys.settings.js';
import { checkedApiKey } from './checked-api-key.js';

/** What a key is created as. */
type ApiKeyRequest = {
  /** Whom it speaks for: a user's id, or the name of a service of yours; must not start with `client:`. */
  readonly subject: string;
  /** What its owner calls it: 1-100 characters. */
  readonly name: string;
  /** Whose application it is for; `revokeClient()` ends it. @default the subject */
  readonly clientId?: string;
  /** @default none */
  readonly roles?: readonly string[];
  /** What it may be used for, at most. @default none: it isn't narrowed, and routes that ask for a scope refuse it */
  readonly scope?: readonly string[];
  /** Plain data of yours, which comes back as `principal.claims`; at most 4 KiB of JSON. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** How long it is good for, up to 100 years; `'never'` lets it live until it is revoked. @default `apiKeys.defaultTtl` */
  readonly ttl?: Duration | 'never';
  /** So many calls in any interval of length `ttl`, over all instances. @default no limit of its own */
  readonly rateLimit?: { readonly limit: number; readonly ttl: Duration };
  /**
   * The caller on whose request the key is made, as `@CurrentUser()` says it. Where that one was revoked meanwhile, there is no
   * key (`invalid_token`): that of an account that is being disabled would outlive it.
   */
  readonly creator?: Principal;
};

/**
 * API keys of users and services. Who may create one, with which roles and scope, is for the caller to decide. All verbs
 * throw `store_unavailable` when the store can't answer, and AuthConfigurationError without the option `apiKeys`.
 * @example
 * ```ts
 * const { key, apiKey } = await apiKeys.create({ subject: user.subject, name: 'CI', scope: ['articles:read'], creator: user });
 * ```
 */
@Injectable()
export class ApiKeyService {
  private readonly grammar: ApiKeyGrammar;
  private readonly repeated: ReturnType<TokenBlacklistService['repeating']>;

  /** @internal */
  constructor(
    private readonly store: ApiKeyStore,
    private readonly settings: ApiKeysSettings,
    private readonly blacklist: TokenBlacklistService,
    private readonly events: AuthEvents,
  ) {
    this.grammar = new ApiKeyGrammar(settings.prefix);
    this.repeated = blacklist.repeating(({ id }) => store.revoke(id));
    if (settings.isOn) blacklist.alsoEnd(new ApiKeyEndings(this, store));
  }

  /**
   * Creates a key. Its text is answered here and never again: only a hash of it is kept.
   * @throws TypeError, RangeError that name the member of `request` that is wrong
   * @throws AuthError `api_key_limit_reached`, `invalid_token`, `store_unavailable`
   */
  async create(request: ApiKeyRequest): Promise<{ readonly key: string; readonly apiKey: ApiKey }> {
    this.requireKeys();
    const { facts, ttlMs } = checkedApiKey(request, this.settings);
    const { text, ...issued } = this.grammar.issue(facts.subject);
    const { maxPerSubject } = this.settings;
    const added = await this.store.add({ ...facts, ...issued }, { ttlMs, maxPerSubject });
    if (added.verdict === 'full') throw new AuthError('api_key_limit_reached');
    if (request.creator !== undefined) await this.keepOnlyIfGood(request.creator, issued.id);
    this.events.emit('api-key.created', { keyId: issued.id, subject: facts.subject });
    return { key: text, apiKey: added.key };
  }

  /** The live keys of a subject, the oldest in front; never their secrets. */
  async list(subject: string): Promise<readonly ApiKey[]> {
    this.requireKeys();
    requireWellFormed(subject);
    return this.store.list(subject);
  }

  /** A live key, or `undefined`. */
  async get(keyId: string): Promise<ApiKey | undefined> {
    this.requireKeys();
    return isApiKeyId(keyId) ? this.store.find(keyId) : undefined;
  }

  /**
   * Ends a key, on every instance at once. @param owner ends it only if it is a key of that subject
   * @returns whether it was there
   */
  async revoke(keyId: string, owner?: { readonly subject: string }): Promise<boolean> {
    this.requireKeys();
    if (owner === undefined ? !isApiKeyId(keyId) : !isApiKeyOf(keyId, owner.subject)) return false;
    const subject = await this.store.revoke(keyId);
    this.repeatLater([keyId]);
    if (subject !== undefined) this.events.emit('api-key.revoked', { keyId, subject });
    return subject !== undefined;
  }

  /** Ends all keys that a subject has now. Its sessions stay; see `TokenBlacklistService.revokeSubject()`. */
  async revokeAll(subject: string): Promise<void> {
    this.requireKeys();
    requireWellFormed(subject);
    const ended = await this.store.revokeSubject(subject);
    this.repeatLater(ended);
    for (const keyId of ended) this.events.emit('api-key.revoked', { keyId, subject });
  }

  private requireKeys(): void {
    if (this.settings.isOn) return;
    const message = 'is required: without it no API key would be accepted; `true` will do';
    throw new AuthConfigurationError([{ option: 'apiKeys', message }]);
  }

  /**
   * Looked at once the key is there: whoever is revoked later has keys ended after that. Asks the store, whatever a local copy
   * of revocations knows.
   */
  private async keepOnlyIfGood(creator: Principal, keyId: string): Promise<void> {
    try {
      if (!(await this.isRevoked(creator))) return;
    } catch (error) {
      await this.store.revoke(keyId).catch(() => {});
      throw error;
    }
    await this.store.revoke(keyId);
    throw new AuthError('invalid_token', { detail: 'the creator of an API key was revoked meanwhile' });
  }

  private async isRevoked(principal: Principal): Promise<boolean> {
    const { subject, tokenId } = principal;
    if (isApiKeyOf(tokenId, subject)) return (await this.store.find(tokenId)) === undefined;
    return this.blacklist.isRevokedInStore(principal, verificationBeganAt(principal));
  }

  private repeatLater(keyIds: readonly string[]): void {
    if (!this.store.canLoseWrites) return;
    // A key may live for ever.
    for (const keyId of keyIds) this.repeated.add(keyId, Infinity);
  }
}
