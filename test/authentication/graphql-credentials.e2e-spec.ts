import { Module } from '@nestjs/common';
import { Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentUser, OptionalAuth, Scopes } from 'nestjs-gatehouse';
import { graphQL } from '../support/app/graphql.js';
import { overGraphQL } from '../sockets/clients.js';
import { Client, firstCookieOf } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { Keys, KeyScheme, keysModule } from './host-schemes.js';

@Resolver()
class WhoResolver {
  @Query(() => String)
  who(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @OptionalAuth()
  @Query(() => String)
  maybe(@CurrentUser('subject') subject?: string): string {
    return subject ?? 'nobody';
  }

  @Scopes('read')
  @Query(() => String)
  scoped(): string {
    return 'scoped';
  }

  @Mutation(() => String)
  change(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @Subscription(() => String)
  async *news(@CurrentUser('subject') subject: string): AsyncGenerator<{ news: string }> {
    yield { news: subject };
  }
}

@Module({
  // Nest's own context, on both platforms, and sockets that nobody has looked at.
  imports: [graphQL({ subscriptions: { 'graphql-ws': true } })],
  providers: [WhoResolver],
})
class WhoModule {}

type Headers = Record<string, string>;
interface Result {
  readonly data?: Record<string, string> | null;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

const elsewhere = { origin: 'https://evil.test' };

describe.each(platforms)('[11-F] credentials of operations of GraphQL on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  let cookie: string;
  let own: Headers;
  const key = { 'x-api-key': 'the-key' };

  beforeAll(async () => {
    running = await startApp({
      platform,
      imports: [{ module: WhoModule }],
      options: { throttler: false, authentication: { accessCookie: true } },
      extras: { problemDetailsFor: 'own', imports: [keysModule], credentialSchemes: [KeyScheme] },
    });
    client = new Client(running.url);
    running.app
      .get(Keys, { strict: false })
      .add('the-key', { subject: 'client:robot', tokenId: '1', scope: ['write'] });
    const login = await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    cookie = firstCookieOf(login);
    own = { cookie, origin: new URL(running.url).origin };
  });
  afterAll(() => running.close());

  const word = ({ data, errors }: Result): unknown =>
    errors?.[0]?.extensions['code'] ?? Object.values(data ?? {})[0];
  const post = async (query: string, headers: Headers): Promise<unknown> => {
    const init = {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    };
    return word((await client.send<Result>('POST', '/graphql', init)).body);
  };
  // The header is what Apollo asks of whoever uses GET.
  const get = async (query: string, headers: Headers): Promise<unknown> => {
    const init = { headers: { 'apollo-require-preflight': '1', ...headers } };
    return word((await client.send<Result>('GET', `/graphql?query=${encodeURIComponent(query)}`, init)).body);
  };

  it('a scheme finds its own, and two are one too many', async () => {
    for (const ask of [post, get]) {
      expect(await ask('{ who }', key)).toBe('client:robot');
      expect(await ask('{ who }', { 'x-api-key': 'unknown' })).toBe('invalid_token');
      expect(await ask('{ maybe }', { 'x-api-key': 'unknown' })).toBe('invalid_token');
      expect(await ask('{ who }', {})).toBe('unauthenticated');
      expect(await ask('{ maybe }', {})).toBe('nobody');
      expect(await ask('{ who }', { ...key, authorization: 'Bearer a.b.c' })).toBe('invalid_request');
      expect(await ask('{ scoped }', key)).toBe('insufficient_scope');
    }
    expect(await post('mutation { change }', { ...key, ...elsewhere })).toBe('client:robot');
  });

  it('the access cookie counts for pages of this host alone, with GET as well', async () => {
    for (const ask of [post, get])
      for (const field of ['{ who }', '{ maybe }']) {
        expect(await ask(field, own)).toBe('user-demo');
        for (const foreign of [elsewhere, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
          expect(await ask(field, { cookie, ...foreign })).toBe('cross_site_request');
      }
    expect(await post('mutation { change }', { cookie, ...elsewhere })).toBe('cross_site_request');
    expect(await post('mutation { change }', own)).toBe('user-demo');
    // What was shown on purpose goes before it.
    expect(await post('{ who }', { cookie, ...elsewhere, ...key })).toBe('client:robot');
  });

  it('a socket that nobody has looked at shows those of its upgrade, by the same rules', async () => {
    const first = async (headers: Headers): Promise<unknown> => {
      const connection = overGraphQL(running.url, { headers });
      await until('it has heard', () => connection.heard.length > 0);
      connection.close();
      const [heard] = connection.heard as [Record<string, string> | Result['errors']];
      return Array.isArray(heard) ? heard[0].extensions['code'] : word({ data: heard as never });
    };
    expect(await first(key)).toBe('client:robot');
    expect(await first(own)).toBe('user-demo');
    expect(await first({ cookie, ...elsewhere })).toBe('cross_site_request');
    expect(await first({ 'x-api-key': 'unknown' })).toBe('invalid_token');
    expect(await first({})).toBe('unauthenticated');
  });
});
