import { ApplicationConfig, type HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ServerResponse, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import {
  resolveAuthenticationSettings,
  type AuthenticationOptions,
} from '../authentication/authentication.settings.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import type { TokenPair } from '../tokens/token-pair.js';
import { EndpointFolder } from './endpoint-folder.js';
import { MountedPaths } from './mounted-paths.js';
import { TokenResponder } from './token-response.js';

const NOW = 1_800_000_000_000;
const grant = {
  accessToken: 'access',
  refreshToken: 'refresh',
  expiresInSeconds: 900,
  refreshExpiresAt: NOW + 60_999,
  principal: { scope: undefined, claims: {} },
} as TokenPair;

function answer(
  options: AuthenticationOptions,
  url = '/auth/login',
  given: TokenPair = grant,
  isElsewhere = false,
) {
  const settings = resolveAuthenticationSettings(options, new ConfigurationFindings());
  const host = { httpAdapter: new ExpressAdapter() } as unknown as HttpAdapterHost;
  const folder = new EndpointFolder(
    '/auth',
    new MountedPaths(new ModulesContainer(), new ApplicationConfig()),
  );
  const responder = new TokenResponder(host, settings, new ManualClock(NOW), folder);
  const request = Object.assign(new IncomingMessage(new Socket()), { originalUrl: url, url });
  const response = Object.assign(new ServerResponse(request), {
    set: (name: string, value: string) => response.setHeader(name, value),
    append: (name: string, value: string) => response.appendHeader(name, value),
  });
  return {
    body: responder.write(request, response, given, { isElsewhere }),
    header: (name: string) => response.getHeader(name),
    clear: () => responder.clear(request, response),
  };
}

describe('TokenResponder', () => {
  it('[6749-10] answers the pair in a body nobody may cache', () => {
    const { body, header } = answer({});
    expect(body).toEqual({
      access_token: 'access',
      refresh_token: 'refresh',
      token_type: 'Bearer',
      expires_in: 900,
    });
    expect([header('pragma'), header('set-cookie')]).toEqual(['no-cache', undefined]);
  });

  it.each([
    [['read', 'write'], 'read write'],
    [[], ''],
  ])('[6749-4] names the scope %j', (scope, text) => {
    const given = { ...grant, principal: { ...grant.principal, scope } };
    expect(answer({}, '/auth/login', given).body.scope).toBe(text);
  });

  it('[59] puts the refresh token into the cookie and nowhere else, for as long as it lives', () => {
    const { body, header } = answer({ refreshCookie: true });
    expect(body.refresh_token).toBeUndefined();
    expect(String(header('set-cookie'))).toBe(
      '__Secure-refresh_token=refresh; Max-Age=60; Path=/auth; HttpOnly; Secure; SameSite=Strict',
    );
  });

  it.each([
    ['/auth/login', '/auth'],
    ['/auth/login/', '/auth'],
    ['/auth/login?next=/a/b/', '/auth'],
    ['/login', '/'],
    ['/a/b/c/login', '/a/b/c'],
    ['/a;Domain=x.test/auth/login', '/a%3BDomain=x.test/auth'],
  ])('[59] limits the cookie of a request to %s to %s', (url, path) => {
    const cookie = String(answer({ refreshCookie: true }, url).header('set-cookie'));
    expect(/; Path=([^;]*); HttpOnly; Secure; SameSite=Strict$/.exec(cookie)?.[1]).toBe(path);
  });

  it.each(['/passkeys/login', '/graphql', '/', '/v1/auth/callback?state=x'])(
    '[11-F] keeps the cookie where refresh and logout are when the host answers a request to %s',
    (url) => {
      const cookie = String(answer({ refreshCookie: true }, url, grant, true).header('set-cookie'));
      expect(cookie).toContain('; Path=/auth;');
      const given = answer({ refreshCookie: { path: '/x' } }, url, grant, true);
      expect(String(given.header('set-cookie'))).toContain('; Path=/x;');
    },
  );

  it('[11-F] says what the host has to say besides, and never in the place of what is registered', () => {
    const given = { ...grant, answer: { user: { id: 1 }, access_token: 'forged' } };
    expect(answer({}, '/auth/login', given).body).toEqual({ ...answer({}).body, user: { id: 1 } });
  });

  it('[10-12] clears the cookie wherever it may be, and none where there is none', () => {
    const withCookie = answer({ refreshCookie: { path: '/x', sameSite: 'Lax' } });
    withCookie.clear();
    expect(withCookie.header('set-cookie')).toEqual([
      expect.stringContaining('=refresh; Max-Age=60; Path=/x;'),
      '__Secure-refresh_token=; Max-Age=0; Path=/x; HttpOnly; Secure; SameSite=Lax',
      '__Secure-refresh_token=; Max-Age=0; Path=/auth; HttpOnly; Secure; SameSite=Lax',
      '__Secure-refresh_token=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    ]);
    const without = answer({});
    without.clear();
    expect(without.header('set-cookie')).toBeUndefined();
  });
});
