import { type KeyObject, verify } from 'node:crypto';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  Req,
} from '@nestjs/common';
import { auth, requiredScopes, UnauthorizedError } from 'express-oauth2-jwt-bearer';
import { JwksClient } from 'jwks-rsa';
import * as oauth from 'oauth4webapi';
import { Client } from '../../support/app/client.js';
import { type RunningApp, startModule } from '../../support/app/start-app.js';
import { AUDIENCE, CLIENT, startClientStand } from './client-stand.js';
import { discover, oauth4webapi } from './oauth4webapi-client.js';
import type { ClientTokens } from './real-client.js';

/** An API of somebody else, with nothing of ours in it. */
@Controller('articles')
class ArticlesController {
  @Get()
  list(@Req() { auth: given }: { auth: { payload: object } }): object {
    return given.payload;
  }
}

interface ExpressResponse {
  status(status: number): this;
  set(headers: object): this;
  end(): void;
}

@Catch(UnauthorizedError)
class Refusals implements ExceptionFilter<UnauthorizedError> {
  catch({ status, headers }: UnauthorizedError, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<ExpressResponse>().status(status).set(headers).end();
  }
}

@Module({ controllers: [ArticlesController] })
class StrangersModule {}

describe('resource servers of others', () => {
  let running: RunningApp;
  let api: RunningApp;
  let tokens: ClientTokens;

  beforeAll(async () => {
    running = await startClientStand('express');
    const client = await oauth4webapi.start({ issuer: running.url, ...CLIENT });
    tokens = await client.password('ada', 'ada-password');
    api = await startModule(StrangersModule, {
      logger: false,
      prepare: (app) =>
        app
          .useGlobalFilters(new Refusals())
          // Strict is RFC 9068: the type of the token, and each claim that must be there.
          .use(
            auth({ issuerBaseURL: running.url, audience: AUDIENCE, strict: true, tokenSigningAlg: 'ES256' }),
          )
          .use(requiredScopes('articles:read')),
    });
  });
  afterAll(async () => {
    await api?.close();
    await running?.close();
  });

  it('[9068-38] express-oauth2-jwt-bearer takes our access token, and no refresh token', async () => {
    const { status, body } = await new Client(api.url).get('/articles', tokens.accessToken);
    expect(status).toBe(200);
    expect(body).toMatchObject({ iss: running.url, sub: 'user-ada', client_id: CLIENT.id });
    const refused = await new Client(api.url).get('/articles', tokens.refreshToken);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('[9068-38] oauth4webapi takes our access token, for our audience only', async () => {
    const as = await discover(running.url);
    const request = () =>
      new Request(`${api.url}/articles`, { headers: { authorization: `Bearer ${tokens.accessToken}` } });
    const insecure = { [oauth.allowInsecureRequests]: true };
    const claims = await oauth.validateJwtAccessToken(as, request(), AUDIENCE, insecure);
    expect(claims).toMatchObject({ sub: 'user-ada', client_id: CLIENT.id });
    const another = oauth.validateJwtAccessToken(as, request(), 'https://other.test', insecure);
    await expect(another).rejects.toThrow('unexpected JWT "aud" (audience) claim value');
  });

  it('jwks-rsa finds the key of our access token by its id', async () => {
    const [header = '', claims = '', signature = ''] = tokens.accessToken.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const { jwks_uri: jwksUri = '' } = await discover(running.url);
    const key = await new JwksClient({ jwksUri, cache: false }).getSigningKey(kid);
    const publicKey: string | KeyObject = key.getPublicKey();
    const isSound = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isSound).toBe(true);
    await expect(new JwksClient({ jwksUri, cache: false }).getSigningKey('another')).rejects.toThrow();
  });
});
