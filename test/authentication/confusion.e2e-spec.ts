import { request as httpRequest } from 'node:http';
import { Controller, Get, Post } from '@nestjs/common';
import * as fc from 'fast-check';
import { type AuthModuleExtras, CurrentUser, OptionalAuth, TokenService } from 'nestjs-gatehouse';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { kinds } from '../sockets/kinds.js';
import { type Attempt, attempts, headersOf, type Value, verdictOf } from './confusion.js';
import { HostCookieScheme, Keys, KeyScheme, keysModule } from './host-schemes.js';

@Controller()
class Routes {
  @Get('who')
  who(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @Post('who')
  post(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @OptionalAuth()
  @Post('maybe')
  postMaybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }
}

const options = {
  throttler: false as const,
  authentication: { accessCookie: true, refreshCookie: true },
};
const extras: AuthModuleExtras = { imports: [keysModule], credentialSchemes: [KeyScheme, HostCookieScheme] };

/** Every value as it is sent, good ones included. */
async function textsFor({ app }: RunningApp): Promise<Record<Value, string>> {
  const login = (subject: string) =>
    app
      .get(TokenService)
      .login({ subject, clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} });
  const [a, b] = [await login('user-a'), await login('user-b')];
  const keys = app.get(Keys, { strict: false });
  const key = keys.add('the-key', { subject: 'client:robot', tokenId: '1' });
  keys.add('session the-session', { subject: 'host-user', tokenId: '2' });
  return {
    'token-a': a.accessToken,
    'token-b': b.accessToken,
    key,
    session: 'the-session',
    refresh: b.refreshToken,
    forged: `${a.accessToken.slice(0, -2)}AA`,
    junk: 'junk',
  };
}

interface Heard {
  readonly status: number;
  readonly subject?: unknown;
}

/** Sends each header as often as it was given, which fetch doesn't. */
function ask(url: string, attempt: Attempt, texts: Record<Value, string>): Promise<Heard> {
  const { query, form, isSafe, isRequired } = attempt;
  const path = `/${isRequired ? 'who' : 'maybe'}${query === undefined ? '' : `?access_token=${texts[query]}`}`;
  const body = isSafe || form === undefined ? undefined : `access_token=${texts[form]}`;
  const headers = {
    ...headersOf(attempt, texts, new URL(url).origin),
    ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url + path, { method: isSafe ? 'GET' : 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const { subject } = JSON.parse(Buffer.concat(chunks).toString()) as { subject?: unknown };
        resolve(status < 300 ? { status: 200, subject } : { status });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe.each(platforms)('[11-F] every credential in every place of a request on %s', (platform) => {
  it('lets in whom the rules let in, as nobody else, and nobody besides', async () => {
    const running = await startApp({
      platform,
      controllers: [Routes],
      imports: [keysModule],
      options,
      extras,
    });
    const texts = await textsFor(running);
    let letIn = 0;
    const property = fc.asyncProperty(attempts, async (drawn) => {
      const attempt = { ...drawn, socketToken: undefined, socketKey: undefined };
      const verdict = verdictOf(attempt);
      const heard = await ask(running.url, attempt, texts);
      expect(heard).toEqual('status' in verdict ? verdict : { status: 200, ...verdict });
      if ('subject' in verdict && verdict.subject !== null) letIn += 1;
    });
    await fc.assert(property, { numRuns: 1_200 });
    expect(letIn).toBeGreaterThan(30);
    await running.close();
  });
});

/** The key of a scheme where keys belong, and once more as the token of the socket. */
const sameTextTwice: Attempt = {
  authorization: [{ scheme: 'ApiKey', value: 'key' }],
  keyHeader: undefined,
  accessCookies: [],
  hostCookie: undefined,
  refreshCookie: undefined,
  query: undefined,
  form: undefined,
  socketToken: 'key',
  socketKey: undefined,
  site: 'same',
  isSafe: false,
  isRequired: true,
};

describe.each(kinds)(
  '[11-F] every credential in every place of a handshake of $name',
  ({ news, adapter, over }) => {
    it('lets in whom the rules let in, and nobody besides', async () => {
      const running = await startApp({
        imports: [news({}), keysModule],
        options,
        extras,
        prepare: (app) => app.useWebSocketAdapter(adapter(app)),
      });
      const texts = await textsFor(running);
      let letIn = 0;
      const property = fc.asyncProperty(attempts, async (drawn) => {
        // A handshake has no body, and every one may change something.
        const { socketToken, socketKey: drawnKey } = drawn;
        // No client of ws sends a sub-protocol twice.
        const socketKey = drawnKey === socketToken ? undefined : drawnKey;
        const attempt = { ...drawn, socketKey, form: undefined, isSafe: false, isRequired: true };
        const { authorization, ...headers } = headersOf(attempt, texts, new URL(running.url).origin);
        const { query } = attempt;
        const connection = over(running.url, {
          ...(authorization !== undefined && { header: authorization }),
          ...(socketToken !== undefined && { token: texts[socketToken] }),
          ...(socketKey !== undefined && { key: texts[socketKey] }),
          ...(query !== undefined && { query: `?access_token=${texts[query]}` }),
          headers: headers as Record<string, string>,
        });
        const begun = await connection.begun;
        connection.close();
        const isLetIn = 'subject' in verdictOf(attempt);
        expect(begun === 'open').toBe(isLetIn);
        if (isLetIn) letIn += 1;
      });
      await fc.assert(property, { numRuns: 300, examples: [[sameTextTwice]] });
      expect(letIn).toBeGreaterThan(5);
      await running.close();
    });
  },
);
