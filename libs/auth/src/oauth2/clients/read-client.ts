import type { Jwk } from '../../jose/key-material.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { isObject, OptionReader, readOptions } from '../../kernel/configuration/option-reader.js';
import { isScopeToken } from '../../kernel/scope.js';
import { clientKeyProblem } from '../assertions/client-keys.js';
import { redirectUriProblem } from '../authorization/redirect-uri.js';
import { isSecretHash } from './client-secret.js';
import { CLIENT_AUTH_METHODS, isConfidential, type OAuthClient, TOKEN_EXCHANGE } from './oauth-client.js';

const KEY_SET = 'a JWK Set with public keys: { keys: [{ kty, … }] }';

/** A client of the configuration; each mistake in it becomes a finding. */
export function readClient(given: unknown, path: string, findings: ConfigurationFindings): OAuthClient {
  return readOptions<OAuthClient, OAuthClient>(given ?? null, path, findings, readMembers, {
    expected: 'a client, see OAuthClient',
  });
}

/**
 * A client as a registry of the host answered it, or the first mistake in it: by the same rules, but it may have members of its
 * own, and `null` where it has none of ours.
 */
export function registeredClient(given: unknown, path: string): OAuthClient | string {
  if (!isObject(given)) return `${path}: expected a client, see OAuthClient`;
  const findings = new ConfigurationFindings();
  const nulls = Object.keys(given).filter((name) => given[name] === null);
  const client =
    nulls.length === 0 ? given : { ...given, ...Object.fromEntries(nulls.map((name) => [name, undefined])) };
  readMembers(new OptionReader<OAuthClient>(client, path, findings));
  const [mistake] = findings.all;
  return mistake === undefined ? (client as unknown as OAuthClient) : `${mistake.option}: ${mistake.message}`;
}

function readMembers(read: OptionReader<OAuthClient>): OAuthClient {
  for (const name of ['id', 'grants', 'scope'] as const) read.require(name, 'see OAuthClient');
  const accessTokenTtlMs = read.has('accessTokenTtlMs') ? read.count('accessTokenTtlMs', 1) : undefined;
  const client = {
    id: read.text('id', ''),
    name: read.text('name', undefined),
    secretHashes: entries(read, 'secretHashes', isSecretHash, 'a hash that createClientSecret() made'),
    jwks: read.has('jwks') ? read.group('jwks', readKeys, { expected: KEY_SET }) : undefined,
    authMethod: read.has('authMethod') ? read.choice('authMethod', CLIENT_AUTH_METHODS) : undefined,
    grants: read.texts('grants', []),
    scope: entries(read, 'scope', isScopeToken, 'a scope token (RFC 6749 §3.3)') ?? [],
    redirectUris: read.list('redirectUris', readRedirectUri(read)) ?? [],
    roles: read.texts('roles', []),
    isFirstParty: read.flag('isFirstParty', false),
    mayIntrospect: read.flag('mayIntrospect', false),
    dpopBoundAccessTokens: read.flag('dpopBoundAccessTokens', false),
    tokenExchange: read.has('tokenExchange') ? read.group('tokenExchange', readExchange) : undefined,
    accessTokenTtlMs,
  };
  refuseUnfitMethod(read, client);
  refuseUnfitRights(read, client);
  return Object.freeze(client);
}

function refuseUnfitMethod(read: OptionReader<OAuthClient>, client: OAuthClient): void {
  const { authMethod, secretHashes = [], jwks } = client;
  const hasSecret = secretHashes.length > 0;
  const hasKeys = jwks !== undefined;
  if (authMethod === undefined && hasSecret && hasKeys)
    read.refuse('authMethod', 'has to say which counts: the client has secrets and keys');
  if (authMethod === 'none' && (hasSecret || hasKeys))
    read.refuse('authMethod', `is none, but the client has ${hasSecret ? 'a secret' : 'keys'}`);
  if (authMethod === 'private_key_jwt' && !hasKeys) read.refuse('authMethod', 'needs jwks');
  if (authMethod?.startsWith('client_secret') === true && !hasSecret)
    read.refuse('authMethod', 'needs a secret');
}

function refuseUnfitRights(read: OptionReader<OAuthClient>, client: OAuthClient): void {
  if (client.grants.includes('authorization_code') && client.redirectUris?.length === 0)
    read.refuse('redirectUris', 'authorization_code needs one (RFC 6749 §3.1.2.2)');
  if (isConfidential(client)) return;
  if (client.grants.includes('client_credentials'))
    read.refuse('grants', 'client_credentials needs a secret or keys (RFC 6749 §4.4)');
  if (client.grants.includes(TOKEN_EXCHANGE))
    read.refuse('grants', `${TOKEN_EXCHANGE} needs a secret or keys`);
  if (client.mayIntrospect === true) read.refuse('mayIntrospect', 'needs a secret or keys (RFC 7662 §2.1)');
}

type ExchangeRights = NonNullable<OAuthClient['tokenExchange']>;

function readExchange(read: OptionReader<ExchangeRights>): ExchangeRights {
  return Object.freeze({
    subjectTokensOf: read.texts('subjectTokensOf', []),
    actorTokensOf: read.texts('actorTokensOf', []),
    audience: read.texts('audience', []),
  });
}

function readRedirectUri(
  read: OptionReader<OAuthClient>,
): (uri: unknown, path: string) => string | undefined {
  return (uri, path) => {
    const problem = typeof uri === 'string' ? redirectUriProblem(uri) : 'expected text';
    if (problem === undefined) return uri as string;
    read.findings.add(path, problem);
    return undefined;
  };
}

function readKeys(read: OptionReader<NonNullable<OAuthClient['jwks']>>): NonNullable<OAuthClient['jwks']> {
  const readKey = (jwk: unknown, path: string): Jwk | undefined => {
    const problem = clientKeyProblem(jwk);
    if (problem === undefined) return jwk as Jwk;
    read.findings.add(path, problem);
    return undefined;
  };
  read.require('keys', KEY_SET);
  return Object.freeze({ keys: read.list('keys', readKey, { min: 1 }) ?? [] });
}

function entries(
  read: OptionReader<OAuthClient>,
  name: 'secretHashes' | 'scope',
  isSound: (value: unknown) => value is string,
  expected: string,
): readonly string[] | undefined {
  return read.list(name, (entry, path) => {
    if (isSound(entry)) return entry;
    read.findings.add(path, `expected ${expected}`);
    return undefined;
  });
}
