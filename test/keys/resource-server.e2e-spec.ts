import { Controller, Get } from '@nestjs/common';
import { CurrentUser, type Principal } from 'nestjs-gatehouse';
import { Roles } from 'nestjs-gatehouse';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { forge } from '../support/tokens/forge.js';

const AUDIENCE = 'https://api.example';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

@Controller()
class NotesController {
  @Get('me')
  me(@CurrentUser() { subject, clientId, roles }: Principal): object {
    return { subject, clientId, roles };
  }

  @Roles('editor')
  @Get('edit')
  edit(): string {
    return 'edited';
  }
}

describe.each(platforms)('a resource server behind Keycloak (%s)', (platform) => {
  let keycloak: Server;
  let issuer: string;
  let running: RunningApp;
  let client: Client;
  let isDown = true;

  beforeAll(async () => {
    keycloak = createServer((request, response) => {
      if (isDown) return void response.writeHead(503).end();
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'kc', use: 'sig', alg: 'RS256' };
      const isMetadata = request.url?.endsWith('openid-configuration') === true;
      response.end(JSON.stringify(isMetadata ? { issuer, jwks_uri: `${issuer}/certs` } : { keys: [jwk] }));
    });
    await new Promise<void>((resolve) => {
      keycloak.listen(0, '127.0.0.1', resolve);
    });
    issuer = `http://127.0.0.1:${(keycloak.address() as AddressInfo).port}/realms/main`;
    running = await startApp({
      platform,
      options: {
        issuer,
        audience: AUDIENCE,
        keys: { remote: { discovery: issuer }, reloadCooldown: 0 },
        accessTokens: { foreign: {} },
        rbac: { definition: { roles: { editor: { grants: ['notes:write'] } } } },
      },
      extras: { endpoints: { auth: false, wellKnown: false } },
      controllers: [NotesController],
    });
    client = new Client(running.url);
  });

  afterAll(async () => {
    // First, or a failed start would leave it open and the run waiting.
    keycloak.closeAllConnections();
    keycloak.close();
    await running.close();
  });

  function token(changes: object = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: [AUDIENCE, 'account'],
      sub: 'kc-alice',
      azp: 'spa',
      jti: 'j1',
      typ: 'Bearer',
      iat: now,
      exp: now + 60,
      realm_access: { roles: ['editor'] },
      ...changes,
    };
    return forge({ alg: 'RS256', typ: 'JWT', kid: 'kc' }, claims, 'RS256', privateKey);
  }

  it('starts while its issuer is down, and answers 503 until it is up', async () => {
    expect(await client.get('/me', token())).toMatchObject({ status: 503 });
    isDown = false;
    expect(await client.get('/me', token())).toMatchObject({
      status: 200,
      body: { subject: 'kc-alice', clientId: 'spa', roles: ['editor'] },
    });
  });

  it('applies roles to foreign tokens', async () => {
    expect(await client.get('/edit', token())).toMatchObject({ status: 200, text: 'edited' });
    expect(await client.get('/edit', token({ realm_access: { roles: ['reader'] } }))).toMatchObject({
      status: 403,
    });
  });

  it('refuses an ID token and a token for somebody else', async () => {
    expect(await client.get('/me', token({ typ: 'ID' }))).toMatchObject({ status: 401 });
    expect(await client.get('/me', token({ aud: 'spa' }))).toMatchObject({ status: 401 });
  });

  it('has no login', async () => {
    expect(await client.post('/auth/login', { username: 'a', password: 'b' })).toMatchObject({ status: 404 });
  });

  it('does not start with a login that could not work', async () => {
    const options = { issuer, audience: AUDIENCE, keys: { remote: { discovery: issuer } } };
    await expect(startApp({ platform, options })).rejects.toThrow('set endpoints.auth to false');
  });
});
