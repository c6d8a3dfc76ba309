import { Logger } from '@nestjs/common';
import { AuthEvents } from 'nestjs-gatehouse';
import { startApp } from '../support/app/start-app.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { SecretWatch } from '../support/secret-watch/secret-watch.js';
import { watched } from '../support/secret-watch/watched-fetch.js';

const TOKEN = 'a_token_that_a_careless_host_shows';

/** What a server answers, without one: the watch of this suite itself would find what is shown here. */
function answering(url: string, body: object, init: ResponseInit): typeof fetch {
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/json');
  const answer = new Response(JSON.stringify(body), { ...init, headers });
  Object.defineProperty(answer, 'url', { value: url });
  return () => Promise.resolve(answer);
}

describe('[15] the watch that every e2e suite is under', () => {
  let watch: SecretWatch;
  beforeEach(() => {
    watch = new SecretWatch();
    watch.begin();
  });

  it('finds a credential in a refusal, and the password of a login in whatever else is shown', async () => {
    const refusing = answering(
      'https://host.test/careless',
      { detail: `${TOKEN} is not known` },
      { status: 400 },
    );
    await watched(refusing, watch)('/careless', { headers: { authorization: `Bearer ${TOKEN}` } });
    const body = new URLSearchParams({ username: 'demo', password: 'demo-password' });
    await watched(refusing, watch)('/auth/login', { method: 'POST', body });
    watch.show('a log', 'demo tried demo-password');
    expect(watch.leaks()).toEqual([
      'an answer 400 of /careless shows a secret that was used as Bearer',
      'a log shows a secret that was used as password',
    ]);
    watch.publish('demo-password');
    expect(watch.leaks()).toHaveLength(1);
  });

  it('knows secrets of Basic, cookies, forms, JSON, redirections and issued tokens', async () => {
    const headers = {
      'set-cookie': 'session=the value of a cookie; HttpOnly',
      location: 'https://app.test/callback?code=a_code_of_authorization',
    };
    const issuing = answering(
      'https://auth.test/token',
      { refresh_token: 'an issued refresh token' },
      { headers },
    );
    await watched(issuing, watch)('/token', {
      method: 'POST',
      headers: {
        authorization: basic('client', 'the secret of a client'),
        cookie: 'other=a cookie of before',
      },
      body: 'client_secret=a+secret+in+a+form',
    });
    const used = [
      'an issued refresh token',
      'the value of a cookie',
      'a_code_of_authorization',
      'the secret of a client',
      'a cookie of before',
      'a secret in a form',
    ];
    used.forEach((secret, at) => watch.show(`text ${at}`, `it is ${secret}.`));
    expect(watch.leaks()).toHaveLength(used.length);
  });

  it('hears events and lines of the log of every app, whatever it wants logged', async () => {
    const running = await startApp({ logger: false });
    const shown = jest.spyOn(SecretWatch.prototype, 'show');
    new Logger('Host').debug('a line');
    running.app.get(AuthEvents).emit('everything.revoked', {});
    expect(shown.mock.calls.map(([place]) => place)).toEqual([
      'the log (debug)',
      'the event everything.revoked',
    ]);
    shown.mockRestore();
    await running.close();
  });
});
