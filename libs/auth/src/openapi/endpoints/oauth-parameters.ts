import type { Schema } from '../document.js';
import { object, text, texts } from './own-endpoint.js';

// What each grant reads of a request besides the client.
const OF_GRANTS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  authorization_code: { code: text(), redirect_uri: text(), code_verifier: text(), resource: text() },
  refresh_token: { refresh_token: text(), scope: text(), resource: text() },
  client_credentials: { scope: text(), resource: text() },
  password: { username: text(), password: { type: 'string', format: 'password' }, scope: text() },
  'urn:ietf:params:oauth:grant-type:device_code': { device_code: text() },
  'urn:ietf:params:oauth:grant-type:token-exchange': {
    subject_token: text(),
    subject_token_type: text(),
    actor_token: text(),
    actor_token_type: text(),
    requested_token_type: text(),
    audience: text(),
    resource: text(),
    scope: text(),
  },
};

/** The parameters of these grants; those of the host have others, which aren't told. */
export function grantParameters(types: readonly string[]): Readonly<Record<string, Schema>> {
  return Object.assign({}, ...types.map((type) => OF_GRANTS[type] ?? {})) as Record<string, Schema>;
}

/** Of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export const authorizationParameters: Readonly<Record<string, Schema>> = {
  response_type: { type: 'string', enum: ['code'] },
  client_id: text(),
  redirect_uri: text(),
  scope: text(),
  state: text(),
  code_challenge: text(),
  code_challenge_method: { type: 'string', enum: ['S256'] },
  resource: text(),
};

/** What a client tells of itself (RFC 7591 §2). */
export const registrationRequest: Schema = object(
  {
    redirect_uris: { ...texts, minItems: 1 },
    client_name: text(),
    grant_types: texts,
    response_types: texts,
    token_endpoint_auth_method: { type: 'string', enum: ['none'] },
    dpop_bound_access_tokens: { type: 'boolean' },
  },
  ['redirect_uris'],
);
