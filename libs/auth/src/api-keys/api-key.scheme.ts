import { CredentialScheme, type VerifiedCredential } from '../authentication/credential-scheme.js';
import {
  authorizationOf,
  type CredentialRequest,
  singleHeader,
} from '../authentication/requests/credentials.js';
import { UnsoundAnswer } from '../authentication/schemes/verified-credential.js';
import { AuthError, storeUnavailable } from '../kernel/auth-error.js';
import { API_KEY_SCHEME } from '../kernel/principal.js';
import type { ApiKey } from './api-key.js';
import { ApiKeyGrammar } from './api-key-text.js';
import { ApiKeyStore } from './api-key.store.js';
import { ApiKeysSettings } from './api-keys.settings.js';

// RFC 9110 §11.4: auth-scheme 1*SP token68; the scheme is case-insensitive.
const CREDENTIALS = /^ApiKey(?: +([\w.~+/=-]+))?$/i;
const OF_SCHEME = /^ApiKey(?:\s|$)/i;

/** API keys: `Authorization: ApiKey <key>`, and a header of their own where the options name one. */
export class ApiKeyScheme extends CredentialScheme {
  readonly scheme = API_KEY_SCHEME;
  override readonly knowsRevocations = true;
  private readonly grammar: ApiKeyGrammar;

  constructor(
    private readonly settings: ApiKeysSettings,
    private readonly store: ApiKeyStore,
  ) {
    super();
    this.grammar = new ApiKeyGrammar(settings.prefix);
  }

  /** @throws AuthError `invalid_request` for two keys, `invalid_token` for a malformed header */
  find(request: CredentialRequest): string | undefined {
    const authorized = keyOfAuthorization(request);
    const { header } = this.settings;
    const own = header === undefined ? undefined : singleHeader(request, header);
    if (authorized !== undefined && own !== undefined)
      throw new AuthError('invalid_request', { detail: 'the request carries more than one API key' });
    return authorized ?? own;
  }

  /** @throws AuthError `invalid_token`, `store_unavailable` */
  async verify(text: string): Promise<VerifiedCredential> {
    const presented = this.grammar.read(text);
    if (presented === undefined) throw refused('is written like none of ours');
    const answer = await this.store.present(presented.id, presented.secretHash);
    if (answer.verdict === 'unknown') throw refused('is unknown, expired or revoked');
    if (answer.verdict === 'wrong-secret') throw refused('has a wrong secret');
    return credentialOf(answer.key, await this.rolesOf(answer.key));
  }

  /** Those of its own that the owner still has, where the host says which. */
  private async rolesOf({ subject, roles }: ApiKey): Promise<readonly string[]> {
    const { rolesOf } = this.settings;
    if (rolesOf === undefined) return roles;
    const current = await askedOfHost(() => rolesOf(subject));
    if (!current) throw refused('has an owner that is no more');
    if (!Array.isArray(current)) throw new UnsoundAnswer('apiKeys.rolesOf must answer a list of role names');
    return roles.filter((role) => current.includes(role));
  }
}

function keyOfAuthorization(request: CredentialRequest): string | undefined {
  const header = authorizationOf(request);
  if (header === undefined || !OF_SCHEME.test(header)) return undefined;
  const key = CREDENTIALS.exec(header)?.[1];
  if (key === undefined) throw refused('is missing, or the Authorization header is malformed');
  return key;
}

/** Under the deadline of the whole scheme. */
async function askedOfHost<T>(ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    // Whatever its status: it is about whom the host asked, and not about the key.
    throw storeUnavailable('apiKeys.rolesOf failed', { cause });
  }
}

function credentialOf(key: ApiKey, roles: readonly string[]): VerifiedCredential {
  const { id: tokenId, subject, clientId, scope, claims, createdAt: issuedAt, expiresAt, rateLimit } = key;
  return {
    tokenId,
    subject,
    roles,
    scope,
    claims,
    issuedAt,
    ...(clientId !== undefined && { clientId }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

function refused(what: string): AuthError {
  return new AuthError('invalid_token', { scheme: API_KEY_SCHEME, detail: `the API key ${what}` });
}
