import type { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import { LONGEST } from '../../http/login/login-request.js';
import type { Parameter, Schema } from '../document.js';
import type { Refusal } from '../refusals.js';
import {
  answer,
  body,
  crossSiteRefusals,
  type Describe,
  type EndpointContext,
  FORM_TYPE,
  JSON_TYPE,
  named,
  object,
  type OwnEndpoint,
  seconds,
  text,
} from './own-endpoint.js';

const BODY_TYPES = [JSON_TYPE, FORM_TYPE];

/** Login, refresh, logout and "who am I", by the method that answers. */
export const loginEndpoints: Readonly<Record<'login' | 'refresh' | 'logout' | 'me', Describe>> = {
  login: (context) => ({
    operationId: 'gatehouse_login',
    tag: 'Authentication',
    summary: 'Log in by name and password',
    ...withProof(context),
    requestBody: body(loginSchema(settingsOf(context)), BODY_TYPES),
    answers: { 200: tokens(context) },
    refusals: [
      'invalid_request',
      'invalid_scope',
      'invalid_credentials',
      ...ofProof(context),
      ...crossSiteRefusals(context),
      'session_limit_reached',
      'quota_exceeded',
      'store_unavailable',
    ],
    security: [],
  }),
  refresh: (context) => {
    const { refreshTokenField, refreshTokenHeader, refreshCookie } = settingsOf(context);
    const isOptional = refreshCookie !== undefined || refreshTokenHeader !== undefined;
    const proof = withProof(context);
    const schema = object(
      {
        [refreshTokenField]: text(),
        scope: text('A part of the scope of the session, space-separated; everything otherwise.'),
      },
      isOptional ? [] : [refreshTokenField],
    );
    return {
      operationId: 'gatehouse_refresh',
      tag: 'Authentication',
      summary: 'Get the next pair of tokens for a refresh token',
      parameters: [...(proof.parameters ?? []), ...headerParameter(refreshTokenHeader)],
      requestBody: body(schema, BODY_TYPES, !isOptional),
      answers: { 200: tokens(context) },
      refusals: [
        'invalid_request',
        'invalid_grant',
        'invalid_scope',
        ...ofProof(context),
        ...crossSiteRefusals(context),
        'store_unavailable',
      ],
      security: orNothing(context.schemes.refreshCookie()),
    };
  },
  logout: (context) => {
    const { refreshTokenField } = settingsOf(context);
    return {
      operationId: 'gatehouse_logout',
      tag: 'Authentication',
      summary: 'End the session of the tokens that are shown',
      description: 'An access token, or a refresh token; of both, one has to be good.',
      requestBody: body(object({ [refreshTokenField]: text() }), BODY_TYPES, false),
      answers: {
        204: answer(context, 'The session has ended.', { headers: cookieHeaders(context) }),
      },
      refusals: [
        'invalid_request',
        'unauthenticated',
        'invalid_token',
        ...ofProof(context),
        'access_denied',
        ...crossSiteRefusals(context),
        'store_unavailable',
      ],
      security: [
        ...context.schemes.waysIn({ needsProof: false, needsLogin: true, scopes: [] }),
        ...context.schemes.refreshCookie(),
        {},
      ],
    };
  },
  me: (context) => ({
    operationId: 'gatehouse_me',
    tag: 'Authentication',
    summary: 'Who the caller is',
    answers: {
      200: answer(context, 'The caller.', {
        schema: named(context, 'GatehousePrincipal', () => principalSchema),
        headers: ['Cache-Control'],
      }),
    },
    refusals: [],
  }),
};

function settingsOf({ view }: EndpointContext): AuthenticationSettings {
  return view.authentication!;
}

function orNothing<T>(ways: readonly T[]): readonly T[] {
  return ways.length === 0 ? [] : [...ways, {} as T];
}

/** Of two cookies browsers send, the tokens themselves decide; a proof binds what is handed out. */
function withProof(context: EndpointContext): Pick<OwnEndpoint, 'parameters'> {
  return takesProofs(context) ? { parameters: [dpopParameter(isProofRequired(context))] } : {};
}

export function dpopParameter(required: boolean): Parameter {
  return {
    name: 'DPoP',
    in: 'header',
    required,
    description: 'Proof for the key that the tokens are to be bound to (RFC 9449).',
    schema: text(),
  };
}

const takesProofs = ({ view }: EndpointContext): boolean =>
  view.dpop?.isOn === true && view.authentication?.accessCookie === undefined;
const isProofRequired = ({ view }: EndpointContext): boolean => view.dpop?.isRequired === true;

function headerParameter(name: string | undefined): readonly Parameter[] {
  // OpenAPI has parameters of that name ignored.
  if (name === undefined || name === 'authorization') return [];
  return [
    { name, in: 'header', description: 'The refresh token, in the place of the body.', schema: text() },
  ];
}

function ofProof(context: EndpointContext): readonly Refusal[] {
  if (!takesProofs(context)) return [];
  return context.view.dpop?.noncePeriodMs === undefined
    ? ['invalid_dpop_proof']
    : ['invalid_dpop_proof', 'use_dpop_nonce'];
}

function cookieHeaders(context: EndpointContext): readonly ['Set-Cookie'] | readonly [] {
  return crossSiteRefusals(context).length > 0 ? ['Set-Cookie'] : [];
}

function loginSchema({ login, clientIds }: AuthenticationSettings): Schema {
  const { usernameField, passwordField, extraFields } = login;
  return object(
    {
      [usernameField]: { type: 'string', maxLength: LONGEST.username },
      [passwordField]: { type: 'string', maxLength: LONGEST.password, format: 'password' },
      scope: { ...text('Requested scope, space-separated.'), maxLength: LONGEST.scope },
      device_label: { ...text('What the session list calls this device.'), maxLength: LONGEST.deviceLabel },
      ...(clientIds.length > 1 && { client_id: { type: 'string', enum: clientIds } }),
      ...Object.fromEntries(extraFields.map((name) => [name, { type: 'string', maxLength: LONGEST.extra }])),
    },
    [usernameField, passwordField],
  );
}

/** A pair of tokens, without those that travel in cookies. */
function tokens(context: EndpointContext): ReturnType<typeof answer> {
  const { refreshCookie, accessCookie } = settingsOf(context);
  const schema = named(context, 'GatehouseTokens', () =>
    object(
      {
        ...(accessCookie === undefined && { access_token: text() }),
        ...(refreshCookie === undefined && { refresh_token: text() }),
        token_type: { type: 'string', enum: takesProofs(context) ? ['Bearer', 'DPoP'] : ['Bearer'] },
        expires_in: seconds,
        scope: text(),
      },
      [
        ...(accessCookie === undefined ? ['access_token'] : []),
        ...(refreshCookie === undefined ? ['refresh_token'] : []),
        'token_type',
        'expires_in',
      ],
    ),
  );
  return answer(context, 'The tokens.', {
    schema,
    headers: ['Cache-Control', 'Pragma', ...cookieHeaders(context)],
  });
}

const principalSchema: Schema = object(
  {
    sub: text(),
    client_id: text(),
    scope: text('Empty where the credential has none.'),
    roles: { type: 'array', items: text() },
    sid: text('The session.'),
    auth_time: { type: 'integer', description: 'Epoch seconds.' },
    amr: { type: 'array', items: text() },
    acr: text(),
    session_data: { type: 'object' },
    exp: { type: 'integer', description: 'Epoch seconds.' },
  },
  ['sub', 'client_id', 'scope', 'roles'],
);
