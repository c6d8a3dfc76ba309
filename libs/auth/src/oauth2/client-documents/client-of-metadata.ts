import type { JsonObject } from '../../jose/strict-json.js';
import { clientText } from '../../kernel/text.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { registeredClient } from '../clients/read-client.js';

/** What this server decides about a client that describes itself. */
export interface Terms {
  readonly id: string;
  /** Greatest scope that it may have. */
  readonly scope: readonly string[];
}

const GRANTS = ['authorization_code', 'refresh_token'];
const MAX_NAME_LENGTH = 100;
const MAX_REDIRECT_URIS = 20;

/**
 * The client that metadata describe (RFC 7591 §2), or why there can be none: of users only, by `authorization_code`; never with
 * rights that its own words can't give.
 */
export function clientOfMetadata(metadata: JsonObject, { id, scope }: Terms): OAuthClient | string {
  const { jwks, jwks_uri: elsewhere, client_name: name, redirect_uris: redirectUris } = metadata;
  const { dpop_bound_access_tokens: isBound = false } = metadata;
  // Who names keys, wherever they are, doesn't mean to prove nothing.
  const implied = jwks === undefined && elsewhere === undefined ? 'none' : 'private_key_jwt';
  const method = metadata['token_endpoint_auth_method'] ?? implied;
  if (method !== 'none' && method !== 'private_key_jwt')
    return 'token_endpoint_auth_method has to be none or private_key_jwt';
  if (method === 'private_key_jwt' && jwks === undefined)
    return 'private_key_jwt needs jwks in the metadata; jwks_uri is not fetched';
  if (!Array.isArray(redirectUris) || redirectUris.length === 0 || redirectUris.length > MAX_REDIRECT_URIS)
    return `redirect_uris has to be a list of 1 to ${MAX_REDIRECT_URIS}`;
  if (name !== undefined && typeof name !== 'string') return 'client_name has to be text';
  // RFC 9449 §5.2
  if (typeof isBound !== 'boolean') return 'dpop_bound_access_tokens has to be true or false';
  const grants = grantsOf(metadata);
  if (typeof grants === 'string') return grants;
  const shown = clientText(name ?? '', MAX_NAME_LENGTH).trim();
  return registeredClient(
    {
      id,
      name: shown === '' ? undefined : shown,
      jwks: method === 'none' ? undefined : jwks,
      authMethod: method,
      grants,
      scope,
      redirectUris: redirectUris as unknown[],
      dpopBoundAccessTokens: isBound,
    },
    'metadata',
  );
}

/** Those of its grants that it may have. */
function grantsOf(metadata: JsonObject): readonly string[] | string {
  const { grant_types: asked = ['authorization_code'], response_types: types = ['code'] } = metadata;
  if (!Array.isArray(asked) || !asked.includes('authorization_code'))
    return 'grant_types has to be a list with authorization_code';
  if (!Array.isArray(types) || !types.includes('code')) return 'response_types has to be a list with code';
  return GRANTS.filter((grant) => asked.includes(grant));
}
