import { Module } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { CurrentUser, RequireDPoP, TokenService } from 'nestjs-gatehouse';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { Client, firstCookieOf } from '../support/app/client.js';
import { ISSUER, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { hashOf, holder, proof, thumbprintOf } from '../support/dpop/proofs.js';
import { until } from '../support/until.js';
import { News } from './gateways.js';
import { kinds } from './kinds.js';
import type { Connection } from './socket-server.js';

const by = holder();
const paths: Readonly<Record<string, string>> = {
  'socket.io': '/socket.io/',
  ws: '/',
  'graphql-ws': '/graphql',
};

const boundToken = async ({ app }: RunningApp): Promise<string> =>
  (
    await app.get(TokenService).login({
      subject: 'ada',
      clientId: 'first-party',
      roles: [],
      authenticatedAt: Date.now(),
      device: {},
      binding: thumbprintOf(by),
    })
  ).accessToken;

/** A token that is bound to a fingerprint cookie, and what to send with it: the cookie, none, another one, two. */
async function fingerprinted({ url }: RunningApp) {
  const body = new URLSearchParams({ username: 'demo', password: 'demo-password' });
  const answer = await new Client(url).send('POST', '/auth/login', { body });
  const cookie = firstCookieOf(answer);
  const others = [
    {},
    { cookie: '__Host-fingerprint=other' },
    { cookie: `${cookie}; __Host-fingerprint=other` },
  ];
  return { token: String(answer.body['access_token']), cookie: { cookie }, others };
}

const proven = (token: string, method: string, path: string): Record<string, string> => ({
  dpop: proof(by, [method, ISSUER + path], { claims: { ath: hashOf(token) } }),
});

@Resolver()
class BoundResolver {
  @Query(() => String)
  one(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @RequireDPoP()
  @Query(() => String)
  two(@CurrentUser('subject') subject: string): string {
    return subject;
  }
}

@Module({ imports: [graphQL(requestContext)], providers: [BoundResolver] })
class BoundModule {}

describe.each(platforms)('[9449-41] GraphQL with DPoP on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    const options = { dpop: true, authentication: { fingerprintCookie: true } };
    running = await startApp({ platform, imports: [{ module: BoundModule }], options });
  });
  afterAll(() => running.close());

  const ask = async (
    headers: Readonly<Record<string, string>>,
    query = '{ one two again: two }',
  ): Promise<unknown> => {
    const init = {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    };
    return (await new Client(running.url).send('POST', '/graphql', init)).body;
  };

  it('takes one proof for all fields of a request, once', async () => {
    const token = await boundToken(running);
    const headers = { authorization: `DPoP ${token}`, ...proven(token, 'POST', '/graphql') };
    expect(await ask(headers)).toEqual({ data: { one: 'ada', two: 'ada', again: 'ada' } });
    expect(JSON.stringify(await ask(headers))).toContain('invalid_dpop_proof');
  });

  it('[59] takes a token that is bound to a cookie with that cookie only', async () => {
    const { token, cookie, others } = await fingerprinted(running);
    const authorization = `Bearer ${token}`;
    expect(await ask({ authorization, ...cookie }, '{ one }')).toEqual({ data: { one: 'user-demo' } });
    for (const other of others)
      expect(JSON.stringify(await ask({ authorization, ...other }, '{ one }'))).toContain('invalid_token');
  });

  it('refuses bearer tokens', async () => {
    const token = await boundToken(running);
    expect(JSON.stringify(await ask({ authorization: `Bearer ${token}` }))).toContain('invalid_token');
  });
});

describe.each(kinds)('[9449-41] $name with DPoP', ({ name, news, adapter, over }) => {
  let running: RunningApp;
  const connections: Connection[] = [];
  const path = paths[name] ?? '/';

  beforeAll(async () => {
    running = await startApp({
      imports: [news({})],
      options: {
        dpop: true,
        throttler: false,
        authentication: { socketCheckInterval: '100ms', fingerprintCookie: true },
      },
      prepare: (app) => app.useWebSocketAdapter(adapter(app)),
    });
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await running.close();
  });

  const connect = (scheme: string, token: string, headers: Record<string, string>): Connection => {
    const connection = over(running.url, { header: `${scheme} ${token}`, headers });
    connections.push(connection);
    return connection;
  };

  it('takes the proof of the upgrade request for as long as the socket lives, and for no other', async () => {
    const token = await boundToken(running);
    const headers = proven(token, 'GET', path);
    const connection = connect('DPoP', token, headers);
    expect(await connection.begun).toBe('open');
    await until('the news are heard', () => {
      running.app.get(News).tell('news');
      return connection.heard.length > 0;
    });
    expect(await connect('DPoP', token, headers).begun).not.toBe('open');
  });

  it('[59] takes a token that is bound to a cookie with that cookie only', async () => {
    const { token, cookie, others } = await fingerprinted(running);
    for (const shown of [{ token }, { header: `Bearer ${token}` }]) {
      const begin = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
        const connection = over(running.url, { ...shown, headers });
        connections.push(connection);
        return connection.begun;
      };
      expect(await begin(cookie)).toBe('open');
      for (const other of others)
        expect(await begin(other)).toMatchObject({
          code: expect.stringContaining('invalid_token') as string,
        });
    }
  });

  it('refuses a bound token as a bearer token, and without a proof', async () => {
    const token = await boundToken(running);
    for (const scheme of ['Bearer', 'DPoP']) expect(await connect(scheme, token, {}).begun).not.toBe('open');
  });
});
