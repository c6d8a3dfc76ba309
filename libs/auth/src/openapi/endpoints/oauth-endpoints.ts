import type { Schema, SecurityRequirement } from '../document.js';
import type { Refusal } from '../refusals.js';
import { dpopParameter } from './login-endpoints.js';
import {
  answer,
  body,
  type Describe,
  type EndpointContext,
  FORM_TYPE,
  JSON_TYPE,
  named,
  object,
  type OwnEndpoint,
  seconds,
  text,
  texts,
} from './own-endpoint.js';
import { authorizationParameters, grantParameters, registrationRequest } from './oauth-parameters.js';

// How clients authenticate in the body (RFC 6749 §2.3.1, RFC 7523 §2.2).
const clientMembers = {
  client_id: text(),
  client_secret: { type: 'string', format: 'password' },
  client_assertion: text(),
  client_assertion_type: text(),
} as const satisfies Record<string, Schema>;

const OAUTH = { tag: 'OAuth 2', form: 'oauth' } as const satisfies Partial<OwnEndpoint>;
const OF_CLIENTS = ['invalid_request', 'invalid_client', 'quota_exceeded', 'store_unavailable'] as const;
const UNCACHED = ['Cache-Control', 'Pragma'] as const;

const form = (members: Readonly<Record<string, Schema>>, required: readonly string[] = []): object =>
  body(object({ ...members, ...clientMembers }, required), [FORM_TYPE]);

const byClient = ({ schemes }: EndpointContext): readonly SecurityRequirement[] => [
  schemes.clientSecret(),
  {},
];

export const tokenEndpoint: Describe = (context) => {
  const { dpop, grantTypes } = context.view;
  const takesProofs = dpop?.isOn === true;
  const ofProofs: readonly Refusal[] = takesProofs ? ['invalid_dpop_proof'] : [];
  const isWaited = grantTypes.some((type) => type.endsWith(':device_code'));
  const ofDevices: readonly Refusal[] = isWaited
    ? ['authorization_pending', 'slow_down', 'access_denied', 'expired_token']
    : [];
  return {
    ...OAUTH,
    operationId: 'gatehouse_token',
    summary: 'Get tokens (RFC 6749 §3.2)',
    ...(takesProofs && { parameters: [dpopParameter(dpop.isRequired)] }),
    requestBody: form({ grant_type: { type: 'string', enum: grantTypes }, ...grantParameters(grantTypes) }, [
      'grant_type',
    ]),
    answers: {
      200: answer(context, 'The tokens.', {
        schema: named(context, 'GatehouseOAuthTokens', () => tokenSchema),
        headers: UNCACHED,
      }),
    },
    refusals: [
      'invalid_request',
      'unsupported_grant_type',
      'unauthorized_client',
      'invalid_grant',
      'invalid_scope',
      'invalid_target',
      ...ofProofs,
      ...(dpop?.noncePeriodMs !== undefined && takesProofs ? (['use_dpop_nonce'] as const) : []),
      ...ofDevices,
      'session_limit_reached',
      'invalid_client',
      'quota_exceeded',
      'store_unavailable',
    ],
    security: byClient(context),
  };
};

export const revocationEndpoint: Describe = (context) => ({
  ...OAUTH,
  operationId: 'gatehouse_revoke',
  summary: 'End a token (RFC 7009)',
  requestBody: form({ token: text(), token_type_hint: text() }, ['token']),
  answers: {
    200: answer(context, 'The token has ended, or was none of this client.', {
      schema: object({}),
      headers: UNCACHED,
    }),
  },
  refusals: OF_CLIENTS,
  security: byClient(context),
});

export const introspectionEndpoint: Describe = (context) => ({
  ...OAUTH,
  operationId: 'gatehouse_introspect',
  summary: 'What a token is good for (RFC 7662)',
  requestBody: form({ token: text(), token_type_hint: text() }, ['token']),
  answers: {
    200: answer(context, 'What is told of it; of a token that isn’t active nothing else.', {
      schema: named(context, 'GatehouseIntrospection', () => introspectionSchema),
      headers: ['Cache-Control'],
    }),
  },
  refusals: OF_CLIENTS,
  security: byClient(context),
});

export const deviceEndpoint: Describe = (context) => ({
  ...OAUTH,
  operationId: 'gatehouse_deviceAuthorization',
  summary: 'Get a code for a device to show (RFC 8628)',
  requestBody: form({ scope: text(), resource: text() }),
  answers: {
    200: answer(context, 'The codes.', {
      schema: named(context, 'GatehouseDeviceCodes', () => deviceSchema),
      headers: UNCACHED,
    }),
  },
  refusals: [...OF_CLIENTS, 'unauthorized_client', 'invalid_scope', 'invalid_target'],
  security: byClient(context),
});

const AUTHORIZATION = {
  ...OAUTH,
  description: 'For browsers. Without a client that could be told, refusals are a page.',
  refusals: ['invalid_request', 'quota_exceeded', 'store_unavailable'],
  security: [],
} as const satisfies Partial<OwnEndpoint>;

const sentOn = (context: EndpointContext): OwnEndpoint['answers'] => ({
  303: answer(context, 'To the page that asks the user, or back to the client.', {
    headers: ['Location', 'Set-Cookie', ...UNCACHED],
  }),
});

export const authorizationEndpoint: Describe = (context) => ({
  ...AUTHORIZATION,
  operationId: 'gatehouse_authorize',
  summary: 'Ask a user for a code (RFC 6749 §3.1)',
  parameters: Object.entries(authorizationParameters).map(([name, schema]) => ({
    name,
    in: 'query',
    required: ['response_type', 'client_id'].includes(name),
    schema,
  })),
  answers: sentOn(context),
});

export const authorizationFormEndpoint: Describe = (context) => ({
  ...AUTHORIZATION,
  operationId: 'gatehouse_authorizeByForm',
  summary: 'Ask a user for a code, by a form',
  requestBody: body(object(authorizationParameters, ['response_type', 'client_id']), [FORM_TYPE]),
  answers: sentOn(context),
});

export const registrationEndpoint: Describe = (context) => ({
  ...OAUTH,
  operationId: 'gatehouse_register',
  summary: 'Register a client (RFC 7591)',
  requestBody: body(registrationRequest, [JSON_TYPE]),
  answers: {
    201: answer(context, 'The client.', {
      schema: named(context, 'GatehouseClient', () => clientSchema),
      headers: ['Cache-Control'],
    }),
  },
  refusals: ['invalid_request', 'quota_exceeded', 'store_unavailable'],
  security: [],
});

const tokenSchema = object(
  {
    access_token: text(),
    token_type: text('`Bearer` or `DPoP`.'),
    expires_in: seconds,
    refresh_token: text(),
    scope: text(),
    issued_token_type: text('Of an exchange (RFC 8693).'),
  },
  ['access_token', 'token_type', 'expires_in'],
);

const introspectionSchema = object(
  {
    active: { type: 'boolean' },
    token_type: text(),
    sub: text(),
    client_id: text(),
    scope: text(),
    iss: text(),
    jti: text(),
    iat: { type: 'integer' },
    exp: { type: 'integer' },
    auth_time: { type: 'integer' },
    acr: text(),
    cnf: { type: 'object' },
    act: { type: 'object' },
  },
  ['active'],
);

const deviceSchema = object(
  {
    device_code: text(),
    user_code: text(),
    verification_uri: text(),
    verification_uri_complete: text(),
    expires_in: seconds,
    interval: seconds,
  },
  ['device_code', 'user_code', 'verification_uri', 'expires_in'],
);

const clientSchema = object(
  {
    client_id: text(),
    client_id_issued_at: { type: 'integer' },
    client_name: text(),
    redirect_uris: texts,
    grant_types: texts,
    response_types: texts,
    token_endpoint_auth_method: text(),
    scope: text(),
    dpop_bound_access_tokens: { type: 'boolean' },
  },
  ['client_id', 'redirect_uris', 'grant_types'],
);
