import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { basic } from '../../support/oauth2/oauth-caller.js';
import { startStandalone } from '../../support/redis/index.js';
import { until } from '../../support/until.js';
import { SampleApp, scratchDirectory } from '../sample-app.js';

const ada = { username: 'ada', password: 'pw', roles: ['editor', 'admin'] };
const job = { id: 'job', secret: 'as the operator likes', grants: ['client_credentials'] };
const old = { id: 'old-app', secret: 'another secret', grants: ['password'], firstParty: true };

describe('the sample app with a seed file and a key file', () => {
  const cwd = scratchDirectory();
  const seed = { users: [ada], clients: [job, old].map((each) => ({ ...each, scope: ['articles:read'] })) };
  let app: SampleApp;
  let publicKey: KeyObject;
  let files: Record<string, string>;

  const start = async (env: Record<string, string> = {}) => {
    app = await SampleApp.start({ ...files, ...env }, cwd);
  };
  const passwordGrant = () =>
    app.callForm(
      '/oauth/token',
      { grant_type: 'password', username: 'ada', password: 'pw' },
      { authorization: basic(old.id, old.secret) },
    );
  const registration = async () => {
    const { body } = await app.call('/.well-known/oauth-authorization-server');
    const json = { redirect_uris: ['http://127.0.0.1/callback'], client_name: 'A tool' };
    const { status } = await app.call('/oauth/register', { json });
    return { endpoint: body['registration_endpoint'], status };
  };
  const ownArticles = async () => {
    const { access_token: token } = await app.login('ada', 'pw');
    await app.call('/articles', { token, json: { title: 'T' } });
    return (await app.call('/articles/mine', { token })).body;
  };

  beforeAll(async () => {
    const [SEED_FILE, AUTH_PRIVATE_KEY_FILE] = [join(cwd, 'seed.json'), join(cwd, 'key.pem')];
    files = { SEED_FILE, AUTH_PRIVATE_KEY_FILE };
    writeFileSync(SEED_FILE, JSON.stringify(seed));
    publicKey = makeKey(AUTH_PRIVATE_KEY_FILE);
    await start();
  });
  afterAll(() => app.stop());

  it('signs with the key of the file, and so as every other instance does', async () => {
    const { n, e } = publicKey.export({ format: 'jwk' });
    const { body } = await app.call('/.well-known/jwks.json');
    expect(body).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', n, e }] });
    expect(body['keys']).toHaveLength(1);
  });

  it('serves the users and clients of the file, and no demo ones', async () => {
    expect(app.output()).not.toContain('Demo users');
    expect(await ownArticles()).toHaveLength(1);
    expect((await app.machineToken(job.id, job.secret)).status).toBe(200);
  });

  it('takes no passwords from clients, unless the operator says so', async () => {
    expect(await passwordGrant()).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });

  it('lets no client register itself, unless the operator says so', async () => {
    expect(await registration()).toMatchObject({ endpoint: undefined, status: 404 });
  });

  it('loses nothing by a second start with the same files', async () => {
    const { access_token: token } = await app.login('ada', 'pw');
    const made = await app.call('/admin/clients/job/secrets', { method: 'POST', token });
    const keys = await app.call('/.well-known/jwks.json');
    await app.stop();
    await start({ OAUTH_PASSWORD_GRANT: 'on', OAUTH_REGISTRATION: 'on' });
    expect(await ownArticles()).toHaveLength(2);
    for (const secret of [job.secret, String(made.body['client_secret'])])
      expect((await app.machineToken(job.id, secret)).status).toBe(200);
    expect((await app.call('/.well-known/jwks.json')).body).toEqual(keys.body);
  });

  it('lets clients register themselves once it was told to, and names where', async () => {
    expect(await registration()).toEqual({ endpoint: 'http://localhost:3000/oauth/register', status: 201 });
  });

  it('takes passwords from its own clients once it was told to, and says so', async () => {
    expect(await passwordGrant()).toMatchObject({
      status: 200,
      body: { scope: 'articles:read', token_type: 'Bearer' },
    });
    expect(app.output()).toContain('oauth.dangerouslyAllowPasswordGrant is on');
  });
});

describe('the sample app with secrets and lifetimes of the environment', () => {
  it('signs with the secret, and refuses an access token once ACCESS_TTL has passed', async () => {
    const app = await SampleApp.start({
      AUTH_SECRET_KEY: secret(),
      AUTH_ALGORITHM: 'HS256',
      ACCESS_TTL: '3s',
    });
    const { access_token: token, refresh_token } = await app.login('demo', 'demo-password');
    const [header = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'HS256' });
    const statusOf = async (bearer: unknown) => (await app.call('/me', { token: String(bearer) })).status;
    expect(await statusOf(token)).toBe(200);
    await until('the access token has expired', async () => (await statusOf(token)) === 401);
    const { body } = await app.refresh(refresh_token);
    expect(await statusOf(body['access_token'])).toBe(200);
    await app.stop();
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
});

const secret = (): string => randomBytes(32).toString('base64');

/** Writes a private key. @returns the public one */
function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return createPublicKey(privateKey);
}
