import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { type AuthenticatedUser, RequireFreshAuth, UserAuthenticator } from 'nestjs-gatehouse';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { Client } from '../support/app/client.js';
import { AUDIENCE, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { forge } from '../support/tokens/forge.js';

@RequireFreshAuth({ amr: 'pwd' })
@Controller()
class VaultController {
  @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] })
  @Get('open')
  open(): object {
    return { open: true };
  }

  @RequireFreshAuth({ maxAge: '5m', acr: ['gold', 'silver'] })
  @Get('gold')
  gold(): object {
    return { open: true };
  }
}

@Resolver()
class VaultResolver {
  @RequireFreshAuth({ amr: ['otp'], acr: 'gold' })
  @Query(() => String)
  vault(): string {
    return 'open';
  }
}

@Module({
  imports: [graphQL(requestContext)],
  providers: [VaultResolver],
})
class VaultModule {}

/** Takes the name for the methods: `pwd+otp`, with a level behind a slash. */
class Users extends UserAuthenticator {
  async authenticate(username: string): Promise<AuthenticatedUser> {
    const [amr = '', acr] = username.split('/');
    return { subject: 'ada', amr: amr.split('+'), ...(acr !== undefined && { acr }) };
  }
}

interface GraphQLAnswer {
  readonly data: { readonly vault: string } | null;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

describe.each(platforms)('[11-F] [10.3.4-57] a route that asks how somebody logged in, on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [VaultController],
      imports: [{ module: VaultModule }],
      options: { throttler: false, problemDetails: { realm: 'test' } },
      extras: { userAuthenticator: Users, problemDetailsFor: 'own' },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it.each<[string, string, number]>([
    ['/open', 'pwd+otp', 200],
    ['/open', 'otp+hwk+pwd', 200],
    ['/open', 'pwd', 401],
    ['/open', 'otp', 401],
    ['/gold', 'pwd/gold', 200],
    ['/gold', 'pwd/silver', 200],
    ['/gold', 'pwd/bronze', 401],
    ['/gold', 'pwd', 401],
    ['/gold', 'otp/gold', 401],
  ])('%s answers a login by %s with %d, and still after a refresh', async (path, name, status) => {
    const pair = await client.login(name);
    expect((await client.get(path, pair.access_token)).status).toBe(status);
    const { body } = await client.refresh(pair.refresh_token);
    expect((await client.get(path, body.access_token)).status).toBe(status);
  });

  it('tells the client what the next login has to be like, in the words of RFC 9470', async () => {
    const { access_token: token } = await client.login('pwd');
    const answer = await client.get('/gold', token);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="test", error="insufficient_user_authentication", ' +
        'error_description="A more recent or stronger authentication is required", max_age="300", acr_values="gold silver"',
    );
    expect(answer.body).toMatchObject({
      code: 'fresh_auth_required',
      max_age: 300,
      acr_values: 'gold silver',
      amr: ['pwd'],
    });
    expect((await client.get('/open', token)).body).toMatchObject({ max_age: 300, amr: ['otp', 'pwd'] });
  });

  it('tells a GraphQL client the same', async () => {
    const ask = async (name: string) => {
      const { access_token: token } = await client.login(name);
      return (await client.post<GraphQLAnswer>('/graphql', { query: '{ vault }' }, token)).body;
    };
    expect((await ask('pwd+otp/gold')).data).toEqual({ vault: 'open' });
    expect((await ask('pwd')).errors?.[0]?.extensions).toMatchObject({
      code: 'fresh_auth_required',
      acr_values: 'gold',
      amr: ['otp'],
    });
  });
});

describe('[11-F] tokens of another issuer on a route that asks how somebody logged in', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  let issuer: Server;
  let url: string;
  let running: RunningApp;

  beforeAll(async () => {
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'ES256' };
    issuer = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => {
      issuer.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    running = await startApp({
      controllers: [VaultController],
      options: { issuer: url, keys: { remote: { jwksUri: url } }, accessTokens: { foreign: {} } },
      extras: { endpoints: { auth: false, wellKnown: false } },
    });
  });
  afterAll(async () => {
    issuer.closeAllConnections();
    issuer.close();
    await running.close();
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[object, number]>([
    [{ auth_time: now, amr: ['pwd', 'otp'] }, 200],
    [{ auth_time: now, amr: ['pwd'] }, 401],
    [{ auth_time: now - 400, amr: ['pwd', 'otp'] }, 401],
    [{ amr: ['pwd', 'otp'] }, 401],
    [{ auth_time: now, amr: 'pwd otp' }, 401],
    [{}, 401],
  ])('that say %j are answered %d', async (said, status) => {
    const claims = {
      iss: url,
      aud: AUDIENCE,
      sub: 'kc',
      azp: 'spa',
      jti: 'j',
      iat: now,
      exp: now + 60,
      ...said,
    };
    const token = forge({ alg: 'ES256', typ: 'JWT', kid: 'k' }, claims, 'ES256', privateKey);
    expect((await new Client(running.url).get('/open', token)).status).toBe(status);
  });
});
