import type { Parameter, Schema } from '../document.js';
import {
  answer,
  crossSiteRefusals,
  type Describe,
  named,
  object,
  type OwnEndpoint,
  text,
} from './own-endpoint.js';

const SESSIONS = {
  tag: 'Authentication',
  needsSession: true,
  scope: 'sessions',
} as const satisfies Partial<OwnEndpoint>;

/** The sessions of a user, by the method that answers. */
export const sessionEndpoints: Readonly<Record<'list' | 'revoke' | 'revokeAll' | 'revokeOthers', Describe>> =
  {
    list: (context) => ({
      ...SESSIONS,
      operationId: 'gatehouse_listSessions',
      summary: 'The sessions of the caller, the oldest login first',
      parameters: page,
      answers: {
        200: answer(context, 'A page of sessions.', {
          schema: { type: 'array', items: named(context, 'GatehouseSession', () => sessionSchema) },
          headers: ['Link', 'Cache-Control'],
        }),
      },
      refusals: ['invalid_request', 'access_denied', 'insufficient_scope'],
    }),
    revoke: (context) => ({
      ...SESSIONS,
      operationId: 'gatehouse_endSession',
      summary: 'End a session of the caller',
      parameters: [{ name: 'id', in: 'path', required: true, schema: text() }],
      answers: { 204: answer(context, 'The session has ended.') },
      refusals: ['access_denied', 'insufficient_scope', 'session_not_found', ...crossSiteRefusals(context)],
    }),
    revokeAll: (context) => ({
      ...SESSIONS,
      operationId: 'gatehouse_endAllSessions',
      summary: 'End all sessions of the caller',
      answers: { 204: answer(context, 'All sessions have ended.') },
      refusals: ['access_denied', 'insufficient_scope', ...crossSiteRefusals(context)],
    }),
    revokeOthers: (context) => ({
      ...SESSIONS,
      operationId: 'gatehouse_endOtherSessions',
      summary: 'End all sessions of the caller but this one',
      answers: { 204: answer(context, 'All other sessions have ended.') },
      refusals: ['access_denied', 'insufficient_scope', 'session_not_found', ...crossSiteRefusals(context)],
    }),
  };

const page: readonly Parameter[] = [
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 100 } },
  { name: 'after', in: 'query', description: 'As the `Link` of the page before has it.', schema: text() },
];

const instant: Schema = { type: 'string', format: 'date-time' };

const sessionSchema: Schema = object(
  {
    id: text(),
    client_id: text(),
    created_at: instant,
    last_used_at: { ...instant, description: 'In steps of five minutes.' },
    expires_at: { ...instant, description: 'When it ends however much it is used.' },
    user_agent: text(),
    ip: text(),
    label: text(),
    current: { type: 'boolean', description: 'Whether it is the session of the caller.' },
  },
  ['id', 'client_id', 'created_at', 'last_used_at', 'expires_at', 'current'],
);
