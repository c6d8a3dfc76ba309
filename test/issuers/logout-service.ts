import { randomUUID } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import type { AuthModuleOptions } from 'nestjs-gatehouse';
import { type Answer, Client } from '../support/app/client.js';
import { AUDIENCE, type ModuleShape, type RunningApp, startApp } from '../support/app/start-app.js';
import { IdentityProvider } from '../support/tokens/identity-provider.js';

/** Where the services take logout tokens. */
export const PATH = '/auth/back-channel-logout';

@Controller()
class HomeController {
  @Get('home')
  home(): string {
    return 'in';
  }
}

const idps: IdentityProvider[] = [];

/** An issuer that ends with the spec. */
export async function startIssuer(): Promise<IdentityProvider> {
  const idp = await IdentityProvider.start();
  idps.push(idp);
  return idp;
}

/** A service behind the issuer. */
export function startService(
  idp: IdentityProvider,
  {
    platform = 'express',
    override,
    ...options
  }: Partial<AuthModuleOptions> & Pick<ModuleShape, 'platform' | 'override'> = {},
): Promise<RunningApp> {
  return startApp({
    platform,
    override,
    options: {
      issuer: idp.issuer,
      audience: AUDIENCE,
      keys: { remote: { jwksUri: idp.jwksUri }, reloadCooldown: 0 },
      accessTokens: { foreign: { logoutAudience: ['spa', 'mobile'] } },
      throttler: false,
      ...options,
    },
    extras: { endpoints: { auth: false, wellKnown: false, backChannelLogout: PATH } },
    controllers: [HomeController],
  });
}

/** An access token that was issued some time ago. */
export function accessToken(idp: IdentityProvider, changes: object = {}, agoSeconds = 60): string {
  const { iss, iat } = idp.times();
  const claims = { iss, iat: iat - agoSeconds, exp: iat + 300, aud: AUDIENCE, sub: 'ada', azp: 'spa' };
  return idp.sign({ ...claims, jti: randomUUID(), sid: 'kc-1', typ: 'Bearer', ...changes });
}

/** Posts to the endpoint. */
export function post(url: string, body: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> {
  return new Client(url).send('POST', PATH, { body, headers: { 'content-type': type } });
}

/** Posts a logout token as an issuer does. */
export const send = (url: string, token: string): Promise<Answer> =>
  post(url, new URLSearchParams({ logout_token: token }).toString());

/** What the service answers to an access token. */
export const statusOf = async (url: string, token: string): Promise<number> =>
  (await new Client(url).get('/home', token)).status;

afterAll(() => {
  for (const idp of idps) idp.stop();
});
