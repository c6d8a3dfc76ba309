import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStandalone } from '../support/redis/index.js';
import { hiddenFieldsOf, PageVisitor } from './interaction/page-visitor.js';
import { SampleApp, scratchDirectory } from './sample-app.js';

const run = promisify(execFile);

describe('starting the sample app', () => {
  it('needs nothing and prints lines that work when they are pasted', async () => {
    const app = await SampleApp.start();
    const [token, machine, ...answers] = await paste(app.output());
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'articles:read articles:write' });
    expect(machine).toMatchObject({ sub: 'client:demo-machine', roles: ['editor'] });
    const [login, me, refreshed, article, key, mine, refused, users, explanation] = answers;
    expect(login).toMatchObject({ token_type: 'Bearer' });
    expect(me).toMatchObject({ sub: 'demo' });
    expect(refreshed?.['refresh_token']).not.toBe(login?.['refresh_token']);
    expect(article).toMatchObject({ title: 'Hello', author: 'demo' });
    expect(key).toMatchObject({ name: 'script', scope: ['articles:read'] });
    expect(mine).toEqual([article]);
    expect(refused).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(users).toHaveLength(2);
    expect(explanation).toHaveProperty('allowed');
    await app.stop();
  });

  it.each(['express', 'fastify'])(
    'prints a walk through authorization code and PKCE (%s)',
    async (PLATFORM) => {
      const app = await SampleApp.start({ PLATFORM });
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
      await app.stop();
    },
  );

  it('names every mistake in the environment at once', async () => {
    const { code, output } = await SampleApp.refusal({
      PORT: 'x',
      PLATFORM: 'koa',
      ACCESS_TTL: 'soon',
      RATE_LIMIT: '-1',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'PLATFORM', 'ACCESS_TTL', 'RATE_LIMIT'])
      expect(output).toContain(`- ${name}:`);
    expect(output).not.toContain('    at ');
  });

  it.each([
    ['a weak secret', { AUTH_SECRET_KEY: 'short' }],
    ['a key file that is not there', { AUTH_PRIVATE_KEY_FILE: '/nowhere/key.pem' }],
    ['a Redis URL that is none', { REDIS_URL: 'http://localhost' }],
    ['production without a secret', { NODE_ENV: 'production' }],
  ])('refuses %s in one readable message', async (_what, env: Record<string, string>) => {
    const { code, output } = await SampleApp.refusal(env);
    expect(code).toBe(1);
    expect(output.match(/mistake\(s\) in the (?:configuration|Gatehouse options):\n/g)).toHaveLength(1);
    expect(output).not.toContain('    at ');
  });

  it('refuses a role graph with a cycle', async () => {
    const SEED_FILE = join(scratchDirectory(), 'seed.json');
    writeFileSync(SEED_FILE, JSON.stringify({ roles: { a: { inherits: ['b'] }, b: { inherits: ['a'] } } }));
    const { code, output } = await SampleApp.refusal({ SEED_FILE });
    expect(code).toBe(1);
    expect(output).toMatch(/cycle/i);
  });

  it('loads the same seed file again without losing anything', async () => {
    const cwd = scratchDirectory();
    const SEED_FILE = join(cwd, 'seed.json');
    writeFileSync(
      SEED_FILE,
      JSON.stringify({ users: [{ username: 'ada', password: 'pw', roles: ['editor'] }] }),
    );
    for (let start = 1; start <= 2; start += 1) {
      const app = await SampleApp.start({ SEED_FILE }, cwd);
      const { access_token: token } = await app.login('ada', 'pw');
      await app.call('/articles', { token, json: { title: 'T' } });
      expect((await app.call('/articles/mine', { token })).body).toHaveLength(start);
      expect(app.output()).not.toContain('Demo users');
      await app.stop();
    }
  });

  it('signs with the secret when it is told to', async () => {
    const app = await SampleApp.start({ AUTH_SECRET_KEY: secret(), AUTH_ALGORITHM: 'HS256' });
    const { access_token: token } = await app.login('demo', 'demo-password');
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      alg: 'HS256',
    });
    expect((await app.call('/me', { token })).status).toBe(200);
    await app.stop();
  });

  it('signs with the key of a PEM file, the same on every instance', async () => {
    const AUTH_PRIVATE_KEY_FILE = privateKeyFile();
    const apps = await Promise.all([1, 2].map(() => SampleApp.start({ AUTH_PRIVATE_KEY_FILE })));
    const [one, other] = await Promise.all(apps.map((app) => app.call('/.well-known/jwks.json')));
    expect(one?.body).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] });
    expect(other?.body).toEqual(one?.body);
    await Promise.all(apps.map((app) => app.stop()));
  });

  it('runs in production when it is given what must not be made up', async () => {
    const redis = await startStandalone();
    const SEED_FILE = join(scratchDirectory(), 'seed.json');
    writeFileSync(SEED_FILE, JSON.stringify({ users: [{ username: 'ada', password: 'pw' }] }));
    const app = await SampleApp.start({
      NODE_ENV: 'production',
      AUTH_ISSUER: 'https://articles.example',
      AUTH_SECRET_KEY: secret(),
      REDIS_URL: redis.url,
      SEED_FILE,
    });
    const { access_token: token } = await app.login('ada', 'pw');
    expect((await app.call('/me', { token })).body).toMatchObject({ sub: 'ada', roles: [] });
    const demo = { username: 'demo', password: 'demo-password' };
    expect((await app.call('/auth/login', { json: demo })).status).toBe(401);
    await app.stop();
    await redis.stop();
  });

  it.each(['express', 'fastify'])('stops gracefully on %s: what is running is finished', async (PLATFORM) => {
    const app = await SampleApp.start({ PLATFORM });
    const login = app.login('demo', 'demo-password');
    await app.call('/health/live');
    const [tokens, end] = await Promise.all([login, app.stop()]);
    expect(tokens).toHaveProperty('access_token');
    expect([0, 'SIGTERM']).toContain(end);
  });
});

const secret = (): string => randomBytes(32).toString('base64');

function privateKeyFile(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = join(scratchDirectory(), 'key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return file;
}

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
