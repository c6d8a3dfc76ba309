import { createHash, randomBytes } from 'node:crypto';
import {
  AuthorizationInteraction,
  type AuthorizationRequest,
  AuthorizationService,
  type OAuthClient,
} from 'nestjs-gatehouse';
import type { Answer, Client } from '../app/client.js';
import type { RunningApp } from '../app/start-app.js';

/** Where the app of {@link webClient} is called back. */
export const CALLBACK = 'https://app.test/callback?tenant=1';

/** A client that users authorise. */
export const webClient: OAuthClient = {
  id: 'web app',
  name: 'The Web App',
  grants: ['authorization_code', 'refresh_token'],
  scope: ['articles:read', 'articles:write'],
  redirectUris: [
    CALLBACK,
    'http://127.0.0.1/cb',
    'http://[::1]:3000/cb',
    'http://localhost/cb',
    'com.example.app:/cb',
  ],
};

const verifier = randomBytes(32).toString('base64url');

/** A sound request of {@link webClient}. */
export const soundRequest: Readonly<Record<string, string>> = {
  response_type: 'code',
  client_id: webClient.id,
  redirect_uri: CALLBACK,
  scope: 'articles:read',
  state: 'a "state" & more?',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

/** A host that leads to a page, and remembers what it was asked. */
export class TestInteraction extends AuthorizationInteraction {
  readonly asked: AuthorizationRequest[] = [];
  /** What it does instead. */
  instead: ((request: AuthorizationRequest) => unknown) | undefined;

  async begin(request: AuthorizationRequest): Promise<string> {
    this.asked.push(request);
    return this.instead === undefined
      ? `/consent?request=${request.handle}`
      : (this.instead(request) as string);
  }
}

/** A request that was begun: the handle, and the browser as the host's page sees it. */
export interface Begun {
  readonly answer: Answer;
  readonly handle: string;
  readonly browser: { readonly headers: Readonly<Record<string, string>> };
}

/** Sends a browser to the authorization endpoint. */
export async function begin(
  client: Client,
  changes: Readonly<Record<string, string | undefined>> = {},
  init: RequestInit = {},
): Promise<Begun> {
  const answer = await client.send('GET', `/oauth/authorize?${query(changes)}`, init);
  const handle =
    new URL(answer.headers.get('location') ?? '', 'https://auth.test').searchParams.get('request') ?? '';
  const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  return { answer, handle, browser: { headers: { cookie } } };
}

/** The parameters of {@link soundRequest} with some of them changed or left out. */
export function query(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const all = Object.entries({ ...soundRequest, ...changes });
  return new URLSearchParams(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
}

/** Where an answer sends the browser, and what is in the query. */
export function sentTo(location: string | null): {
  readonly to: string;
  readonly answer: Readonly<Record<string, string>>;
} {
  const url = new URL(location ?? '');
  const { tenant: _own, ...answer } = Object.fromEntries(url.searchParams);
  return { to: url.origin === 'null' ? url.protocol + url.pathname : url.origin + url.pathname, answer };
}

/** Answers requests on an instance. */
export function service({ app }: RunningApp): AuthorizationService {
  return app.get(AuthorizationService);
}
