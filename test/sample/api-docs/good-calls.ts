import { basic } from '../../support/oauth2/oauth-caller.js';
import type { Sent } from './api.js';

/** Who calls: each of the users may be logged out by a call. */
export interface Callers {
  readonly admin: string;
  /** A new session of somebody else. */
  newUser(): Promise<Readonly<Record<'bearer' | 'refreshToken' | 'accessToken', string>>>;
  /** Asks for something that a later call needs. */
  ask(operationId: string, sent: Sent): Promise<Record<string, string>>;
}

export const PASSWORD = 'password-of-everybody';
export const machine = { id: 'machine', secret: 'secret-of-the-machine-long-enough' };
const authorization = basic(machine.id, machine.secret);

export const seed = {
  users: [
    { username: 'nobody', password: PASSWORD, roles: [] },
    { username: 'user', password: PASSWORD, roles: ['editor'] },
    { username: 'admin', password: PASSWORD, roles: ['admin'] },
  ],
  clients: [
    {
      id: machine.id,
      name: 'Machine',
      secret: machine.secret,
      grants: ['client_credentials'],
      scope: ['articles:read'],
      roles: ['admin'],
    },
    {
      id: 'app',
      name: 'App',
      grants: ['authorization_code'],
      scope: ['articles:read'],
      redirectUris: ['http://127.0.0.1/callback'],
    },
    {
      id: 'tv',
      name: 'TV',
      grants: ['urn:ietf:params:oauth:grant-type:device_code'],
      scope: ['articles:read'],
    },
  ],
};

const question = {
  response_type: 'code',
  client_id: 'app',
  redirect_uri: 'http://127.0.0.1/callback',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};
const client = { name: 'Job', grants: 'client_credentials', scope: 'articles:read' };
const machineToken = async ({ ask }: Callers) =>
  (await ask('gatehouse_token', { authorization, form: { grant_type: 'client_credentials' } }))[
    'access_token'
  ]!;
const newArticle = async ({ admin, ask }: Callers) =>
  String((await ask('ArticlesController_write', { authorization: admin, json: { title: 'T' } }))['id']);
const newClient = async ({ admin: by, ask }: Callers, confidential = true) => {
  const id = `job-${Math.random().toString(36).slice(2)}`;
  await ask('ClientsController_register', { authorization: by, json: { ...client, id, confidential } });
  return id;
};
const byAdmin = ({ admin }: Callers): Sent => ({ authorization: admin });
const byUser = async ({ newUser }: Callers): Promise<Sent> => ({ authorization: (await newUser()).bearer });
const nothing = (): Sent => ({});

/** A call of each operation that is answered as it was meant, in an order in which none spoils another. */
export const goodCalls: Readonly<Record<string, (callers: Callers) => Sent | Promise<Sent>>> = {
  HealthController_live: nothing,
  HealthController_ready: nothing,
  gatehouse_login: () => ({ form: { username: 'user', password: PASSWORD, device_label: 'Phone' } }),
  gatehouse_refresh: async ({ newUser }) => ({ json: { refresh_token: (await newUser()).refreshToken } }),
  gatehouse_me: byAdmin,
  gatehouse_listSessions: async (callers) => ({ ...(await byUser(callers)), parameters: { limit: '2' } }),
  gatehouse_endSession: async (callers) => {
    const sent = await byUser(callers);
    const [session] = (await callers.ask('gatehouse_listSessions', sent)) as unknown as { id: string }[];
    return { ...(await byUser(callers)), parameters: { id: session!.id } };
  },
  gatehouse_endOtherSessions: byUser,
  gatehouse_logout: byUser,
  gatehouse_endAllSessions: byUser,
  gatehouse_token: () => ({ authorization, form: { grant_type: 'client_credentials' } }),
  gatehouse_introspect: async (callers) => ({ authorization, form: { token: await machineToken(callers) } }),
  gatehouse_revoke: async (callers) => ({ authorization, form: { token: await machineToken(callers) } }),
  gatehouse_deviceAuthorization: () => ({ form: { client_id: 'tv' } }),
  gatehouse_authorize: () => ({ parameters: question }),
  gatehouse_authorizeByForm: () => ({ form: question }),
  gatehouse_jwks: nothing,
  gatehouse_metadata: nothing,
  ArticlesController_published: nothing,
  ArticlesController_write: (callers) => ({ ...byAdmin(callers), json: { title: 'T', draft: true } }),
  ArticlesController_mine: byUser,
  ArticlesController_drafts: byAdmin,
  ArticlesController_search: (callers) => ({ ...byAdmin(callers), parameters: { text: 'T' } }),
  ArticlesController_one: async (callers) => ({ parameters: { id: await newArticle(callers) } }),
  ArticlesController_change: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newArticle(callers) },
    json: { title: 'U' },
  }),
  ArticlesController_remove: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newArticle(callers) },
  }),
  ProfileController_me: byUser,
  ApiKeysController_create: (callers) => ({ ...byAdmin(callers), json: { name: 'Key' } }),
  ApiKeysController_list: byAdmin,
  ApiKeysController_revoke: async (callers) => {
    const { id } = await callers.ask('ApiKeysController_create', {
      ...byAdmin(callers),
      json: { name: 'K' },
    });
    return { ...byAdmin(callers), parameters: { id: id! } };
  },
  AdminController_list: byAdmin,
  AdminController_setRoles: (callers) => ({
    ...byAdmin(callers),
    parameters: { id: 'user' },
    json: { roles: 'editor' },
  }),
  AdminController_disable: (callers) => ({ ...byAdmin(callers), parameters: { id: 'nobody' } }),
  AdminController_enable: (callers) => ({ ...byAdmin(callers), parameters: { id: 'nobody' } }),
  ClientsController_list: byAdmin,
  ClientsController_register: (callers) => ({
    ...byAdmin(callers),
    json: { ...client, id: 'registered', confidential: true },
  }),
  ClientsController_replace: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newClient(callers) },
    json: client,
  }),
  ClientsController_addSecret: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newClient(callers) },
  }),
  ClientsController_removeOldSecret: async (callers) => {
    const sent = { ...byAdmin(callers), parameters: { id: await newClient(callers) } };
    await callers.ask('ClientsController_addSecret', sent);
    return sent;
  },
  ClientsController_disable: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newClient(callers) },
  }),
  ClientsController_enable: async (callers) => ({
    ...byAdmin(callers),
    parameters: { id: await newClient(callers) },
  }),
  LimitsController_limits: byAdmin,
  LimitsController_release: (callers) => ({ ...byAdmin(callers), parameters: { ip: '192.0.2.1' } }),
  LimitsController_forgive: (callers) => ({ ...byAdmin(callers), parameters: { username: 'user' } }),
  AccessExplanationController_explain: (callers) => ({
    ...byAdmin(callers),
    parameters: { username: 'user', permission: 'articles:read' },
  }),
  ProfileController_changePassword: async (callers) => ({
    ...(await byUser(callers)),
    json: { currentPassword: PASSWORD, newPassword: 'another-password' },
  }),
};
