import { Controller, Get } from '@nestjs/common';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { ec, rsa } from '../support/tokens/forged/forgery.js';
import { forgedTokens } from '../support/tokens/forged/index.js';
import { AUDIENCE, ISSUER } from '../support/tokens/token-parties.js';

@Controller('private')
class PrivateController {
  @Get()
  read(): string {
    return 'for demo';
  }
}

// What a client can put into a header at all.
const sendable = forgedTokens.flatMap(([title, cases]) =>
  cases.flatMap(([name, token]): (readonly [name: string, token: string])[] => {
    const isSendable =
      typeof token === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,7998}[\x21-\x7e])?$/.test(token);
    return isSendable ? [[`${title}: ${name}`, token]] : [];
  }),
);
// RFC 6750 §2.1: b64token. Anything else is no bearer token at all, and may be called a malformed request.
const isWellFormed = (token: string): boolean => /^[\w.~+/-]+=*$/.test(token);

describe.each(platforms)('[04] forged tokens over HTTP (%s)', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: {
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { privateKey: [{ key: rsa.privateKey }, { key: ec.privateKey }] },
        throttler: false,
      },
      controllers: [PrivateController],
    });
    client = new Client(running.url);
  });

  afterAll(() => running.close());

  it('let a good one in', async () => {
    const { access_token: token } = await client.login();
    expect((await client.get('/private', token)).text).toBe('for demo');
  });

  it('each get 401 invalid_token and a challenge', async () => {
    expect(sendable.filter(([, token]) => isWellFormed(token)).length).toBeGreaterThanOrEqual(120);
    const answers = await Promise.all(
      sendable.map(async ([name, token]) => ({ name, token, answer: await client.get('/private', token) })),
    );
    for (const { name, token, answer } of answers) {
      const { status, body, headers, text } = answer;
      if (token.length > 20) expect(text).not.toContain(token.slice(0, 20));
      if (status === 400 && !isWellFormed(token)) continue;
      expect({ name, status, code: body['code'] }).toEqual({ name, status: 401, code: 'invalid_token' });
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });
});
