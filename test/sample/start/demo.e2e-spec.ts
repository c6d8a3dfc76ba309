import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hiddenFieldsOf, PageVisitor } from '../interaction/page-visitor.js';
import { PLATFORMS } from '../platforms.js';
import { SampleApp } from '../sample-app.js';

const run = promisify(execFile);

describe.each(PLATFORMS)('the sample app, started with nothing (%s)', (PLATFORM) => {
  let app: SampleApp;

  beforeAll(async () => {
    app = await SampleApp.start({ PLATFORM });
  });
  afterAll(() => app.stop());

  it('prints lines that work when they are pasted', async () => {
    const [token, machine, ...answers] = await paste(app.output());
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'articles:read articles:write' });
    expect(machine).toMatchObject({ sub: 'client:demo-machine', roles: ['editor'] });
    const [login, me, refreshed, article, key, mine, refused, users, explanation, device, waiting] = answers;
    expect(login).toMatchObject({ token_type: 'Bearer' });
    expect(me).toMatchObject({ sub: 'demo' });
    expect(refreshed?.['refresh_token']).not.toBe(login?.['refresh_token']);
    expect(article).toMatchObject({ title: 'Hello', author: 'demo' });
    expect(key).toMatchObject({ name: 'script', scope: ['articles:read'] });
    expect(mine).toEqual([article]);
    expect(refused).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(users).toHaveLength(2);
    expect(explanation).toHaveProperty('allowed');
    expect(device).toMatchObject({ user_code: expect.any(String), expires_in: 600 });
    expect(waiting).toMatchObject({ error: 'authorization_pending' });
  });

  it('prints a walk through authorization code and PKCE', async () => {
    const [, address = ''] = /^ {2}(http\S+\/oauth\/authorize\S+)$/m.exec(app.output()) ?? [];
    const [, exchange = ''] = /^ {2}code=…\n( {2}curl .*)$/m.exec(app.output()) ?? [];
    const visitor = new PageVisitor();
    const login = await visitor.open(address);
    const user = { username: 'demo', password: 'demo-password' };
    const { location } = await visitor.post(`${app.url}/interaction/login`, {
      ...hiddenFieldsOf(login),
      ...user,
    });
    const consent = hiddenFieldsOf(await visitor.open(app.url + location));
    const answer = await visitor.post(`${app.url}/interaction/consent`, { ...consent, answer: 'allow' });
    const code = new URL(answer.location).searchParams.get('code');
    const { stdout } = await run('bash', ['-c', exchange], { env: { ...process.env, code: String(code) } });
    expect(JSON.parse(stdout)).toMatchObject({
      token_type: 'Bearer',
      scope: 'articles:read articles:write',
    });
  });

  // The last one: afterwards there is no app.
  it('stops gracefully: what is running is finished', async () => {
    const login = app.login('demo', 'demo-password');
    await app.call('/health/live');
    const [tokens, end] = await Promise.all([login, app.stop()]);
    expect(tokens).toHaveProperty('access_token');
    expect([0, 'SIGTERM']).toContain(end);
  });
});

/** Runs the printed lines in a shell, without those that need a browser, and returns what they answered. */
async function paste(output: string): Promise<Record<string, unknown>[]> {
  const lines = output
    .split('\n')
    .filter((line) => /^ {2}(login|token|key|curl)/.test(line) && !line.includes('code_verifier'));
  const { stdout } = await run('bash', ['-c', lines.join('\n')]);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{') || line.startsWith('['))
    .map((line) => JSON.parse(line));
}
