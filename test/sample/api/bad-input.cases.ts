import { sendTooMuch } from '../../support/app/too-long-body.js';
import type { Platform } from '../platforms.js';
import { expectProblem } from '../problem.js';
import type { Call, SampleApp, Tokens } from '../sample-app.js';

const credentials = { username: 'demo', password: 'demo-password' };

const bad: [string, string, number, Call][] = [
  ['malformed JSON', '/auth/login', 400, { text: '{"username":' }],
  ['a body that is no object', '/auth/login', 400, { text: '[]' }],
  ['a body that is a JSON scalar', '/auth/login', 400, { text: '"demo"' }],
  ['an empty body', '/auth/login', 400, { method: 'POST' }],
  ['a missing password', '/auth/login', 400, { json: { username: 'demo' } }],
  ['a missing refresh token', '/auth/refresh', 400, { json: {} }],
  ['a password of the wrong type', '/auth/login', 400, { json: { ...credentials, password: 7 } }],
  ['a user name of the wrong type', '/auth/login', 400, { json: { ...credentials, username: { $ne: '' } } }],
  ['a refresh token of the wrong type', '/auth/refresh', 400, { json: { refresh_token: ['a'] } }],
  ['a garbled refresh token', '/auth/refresh', 400, { json: { refresh_token: 'garbled' } }],
  ['an unknown media type', '/auth/login', 415, { text: '<a/>', contentType: 'application/xml' }],
  ['a path that is not there', '/nowhere', 404, {}],
  ['an article id that is no number', '/articles/one', 400, {}],
  ['an article id beyond all numbers', '/articles/99999999999999999999', 400, {}],
  ['an article id in hexadecimal', '/articles/0x1', 400, {}],
  ['a path that cannot be decoded', '/articles/%E0%A4%A', 400, {}],
  ['a body nested 40,000 deep', '/auth/login', 400, { text: '['.repeat(40_000) + ']'.repeat(40_000) }],
];

export function describeBadInput(PLATFORM: Platform, started: () => SampleApp): void {
  describe('bad input', () => {
    let app: SampleApp;
    let tokens: Tokens;

    beforeAll(async () => {
      app = started();
      tokens = await app.login(credentials.username, credentials.password);
    });

    // Nothing may be lost by any of it: the session from before the bad call still works.
    afterEach(async () => {
      expect((await app.call('/me', { token: tokens.access_token })).status).toBe(200);
    });

    it.each(bad)('%s is refused with a problem document', async (_what, path, status, call) => {
      const answer = await app.call(path, call);
      // Express reads no body of a media type it doesn't know, so the fields are what is missing.
      expectProblem(answer, status === 415 && answer.status === 400 ? 400 : status);
    });

    it.each(['/auth/login', '/auth/refresh'])(
      'more than 1 MB for %s is refused with a problem document',
      async (path) => {
        expectProblem(await sendTooMuch(app.url + path, PLATFORM), 413);
      },
    );

    it('a refresh token is no access token', async () => {
      expectProblem(await app.call('/me', { token: tokens.refresh_token }), 401, 'invalid_token');
    });

    it('an access token is no refresh token', async () => {
      expectProblem(await app.refresh(tokens.access_token), 400, 'invalid_grant');
    });

    it('a garbled access token is refused', async () => {
      for (const token of ['x', 'a.b.c', `${tokens.access_token}x`, tokens.access_token.slice(0, -2)]) {
        expectProblem(await app.call('/me', { token }), 401, 'invalid_token');
      }
    });

    it('a login without a password is refused in the words of Gatehouse', async () => {
      expectProblem(await app.call('/auth/login', { json: { username: 'demo' } }), 400, 'invalid_request');
    });

    it('an article with null for a text is refused', async () => {
      const { access_token: token } = tokens;
      expectProblem(await app.call('/articles', { token, json: { title: null } }), 400);
      const { body } = await app.call('/articles', { token, json: { title: 'T' } });
      const change = { token, method: 'PATCH', json: { title: null } };
      expectProblem(await app.call(`/articles/${String(body['id'])}`, change), 400);
    });
  });
}
