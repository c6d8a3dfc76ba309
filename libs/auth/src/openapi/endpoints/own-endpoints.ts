import type { Type } from '@nestjs/common';
import type { HttpHandler } from '../../app-view/http-routes.js';
import { AuthController } from '../../http/auth.controller.js';
import { BackChannelLogoutController } from '../../http/back-channel-logout.controller.js';
import { LoginController } from '../../http/login/login.controller.js';
import { AuthorizationController } from '../../http/oauth2/authorization.controller.js';
import { DeviceAuthorizationController } from '../../http/oauth2/device-authorization.controller.js';
import { IntrospectionController } from '../../http/oauth2/introspection.controller.js';
import { RegistrationController } from '../../http/oauth2/registration.controller.js';
import { RevocationController } from '../../http/oauth2/revocation.controller.js';
import { TokenController } from '../../http/oauth2/token.controller.js';
import { SessionsController } from '../../http/sessions/sessions.controller.js';
import { loginEndpoints } from './login-endpoints.js';
import {
  authorizationEndpoint,
  authorizationFormEndpoint,
  deviceEndpoint,
  introspectionEndpoint,
  registrationEndpoint,
  revocationEndpoint,
  tokenEndpoint,
} from './oauth-endpoints.js';
import { answer, body, type Describe, FORM_TYPE, object, text } from './own-endpoint.js';
import { sessionEndpoints } from './session-endpoints.js';

/** OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8. */
const backChannelLogout: Describe = (context) => ({
  operationId: 'gatehouse_backChannelLogout',
  tag: 'Authentication',
  summary: 'Told by the issuer that somebody logged out',
  requestBody: body(object({ logout_token: text() }, ['logout_token']), [FORM_TYPE]),
  answers: {
    200: answer(context, 'The sessions have ended.'),
    400: answer(context, 'The logout token is not valid.', {
      schema: object({ error: text(), error_description: text() }, ['error']),
    }),
  },
  refusals: ['store_unavailable'],
  security: [],
});

// By the methods of the classes: what is registered is a subclass of each, at a path of the host.
const kinds: readonly (readonly [Type<object>, Readonly<Record<string, Describe>>])[] = [
  [LoginController, loginEndpoints],
  [AuthController, loginEndpoints],
  [SessionsController, sessionEndpoints],
  [BackChannelLogoutController, { logout: backChannelLogout }],
  [TokenController, { token: tokenEndpoint }],
  [RevocationController, { revoke: revocationEndpoint }],
  [IntrospectionController, { introspect: introspectionEndpoint }],
  [DeviceAuthorizationController, { authorize: deviceEndpoint }],
  [AuthorizationController, { authorize: authorizationEndpoint, authorizeByForm: authorizationFormEndpoint }],
  [RegistrationController, { register: registrationEndpoint }],
] as unknown as readonly (readonly [Type<object>, Readonly<Record<string, Describe>>])[];

/** What is told of a handler of ours; `undefined` for those of the host. */
export function ownEndpointOf({ type, slot }: HttpHandler): Describe | undefined {
  const [, methods] = kinds.find(([kind]) => (type.prototype as object) instanceof kind) ?? [];
  return methods?.[slot];
}
