import { createHash, randomBytes } from 'node:crypto';
import { Controller, Get, Query, Redirect, Req } from '@nestjs/common';
import {
  AuthorizationInteraction,
  type AuthorizationRequest,
  AuthorizationService,
  type OAuthClient,
  Public,
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

/** It, and one that has no use for this. */
export const authorizationClients: readonly OAuthClient[] = [
  webClient,
  {
    id: 'other app',
    grants: ['refresh_token'],
    scope: ['articles:read'],
    redirectUris: ['https://other.test/callback'],
  },
];

/** What the challenge of {@link soundRequest} was made of. */
export const verifier = randomBytes(32).toString('base64url');

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

/** Pages of a host whose users always agree. */
@Public()
@Controller('consent')
export class ConsentController {
  constructor(private readonly authorization: AuthorizationService) {}

  @Get()
  @Redirect('', 303)
  async show(@Query('request') handle: string, @Req() request: object): Promise<{ url: string }> {
    const { scope } = await this.authorization.read(handle, request);
    return { url: await this.authorization.approve(handle, request, { ...ada(), scope }) };
  }
}

/** Somebody who logged in just now, and agrees. */
export function ada(): Parameters<AuthorizationService['approve']>[2] {
  return {
    user: { subject: 'ada', roles: ['reader'] },
    authenticatedAt: Date.now(),
    scope: ['articles:read', 'articles:write'],
  };
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

/** Expects each of some answers to be a refusal. */
export async function refusedWith(expected: object, ...answers: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(answers))
    expect(outcome).toMatchObject({ status: 'rejected', reason: expected });
}
