import { Client } from '../support/app/client.js';
import { freePort } from '../support/redis/free-port.js';
import { until } from '../support/until.js';
import { ExampleProcess } from './example-process.js';
import { ReadmeShell } from './readme-shell.js';

const folder = 'resource-server';

describe('[13] the example of a resource server', () => {
  let app: ExampleProcess;
  let keycloak: ExampleProcess;
  let keycloakPort: number;
  let client: Client;

  const startKeycloak = (): Promise<ExampleProcess> =>
    ExampleProcess.start(`${folder}/keycloak-stand-in`, { PORT: String(keycloakPort) });

  const ask = async (path: string, fields: Readonly<Record<string, string>> = {}): Promise<string> => {
    const body = new URLSearchParams({ sub: 'alice', ...fields });
    const url = `http://127.0.0.1:${keycloakPort}/realms/main${path}`;
    return (await fetch(url, { method: 'POST', body })).text();
  };
  const statusOf = async (token: string): Promise<number> => (await client.get('/notes', token)).status;

  beforeAll(async () => {
    keycloakPort = await freePort();
    const issuer = `http://127.0.0.1:${keycloakPort}/realms/main`;
    app = await ExampleProcess.start(`${folder}/main`, { ISSUER: issuer });
    client = new Client(app.url);
  });

  afterAll(() => Promise.all([app.stop(), keycloak.stop()]));

  it('starts while its issuer is down: 503 until that is up', async () => {
    // Of an issuer of this address, with a key that isn't to be had.
    keycloak = await startKeycloak();
    const token = await ask('/token', { role: 'reader' });
    await keycloak.stop();
    const answer = await client.get('/notes', token);
    expect([answer.status, answer.body['code']]).toEqual([503, 'store_unavailable']);
    keycloak = await startKeycloak();
    await until('the issuer is found', async () => {
      return (await statusOf(await ask('/token', { role: 'reader' }))) === 200;
    });
  });

  it('does what its page says', async () => {
    await ReadmeShell.follow(folder, { ports: { 3000: app.port, 4000: keycloakPort } });
  });

  it('takes roles from the claim, and lets nobody in who has none that it knows', async () => {
    const token = await ask('/token', { role: 'editor' });
    expect((await client.get('/me', token)).body).toEqual({
      subject: 'alice',
      clientId: 'web',
      roles: ['editor'],
    });
    expect(await statusOf(await ask('/token', { role: 'offline_access' }))).toBe(403);
    expect(await statusOf(await ask('/token'))).toBe(403);
  });

  it.each([
    ['for another API', { aud: 'https://other.example' }],
    ['that are ID tokens', { typ: 'ID' }],
    ['that are refresh tokens', { typ: 'Refresh' }],
  ])('refuses tokens %s', async (_which, fields) => {
    const { status, body } = await client.get('/notes', await ask('/token', { role: 'reader', ...fields }));
    expect([status, body['code']]).toEqual([401, 'invalid_token']);
  });

  it('follows when the issuer replaces its key, and refuses what the old one signed', async () => {
    const before = await ask('/token', { role: 'reader' });
    expect(await statusOf(before)).toBe(200);
    await ask('/rotate');
    const after = await ask('/token', { role: 'reader' });
    await until('the new key is found', async () => (await statusOf(after)) === 200);
    expect(await statusOf(before)).toBe(401);
  });

  it('refuses the one token whose owner has logged out', async () => {
    const [mine, other] = [await ask('/token', { role: 'reader' }), await ask('/token', { role: 'reader' })];
    expect((await client.post('/logout', undefined, mine)).status).toBe(204);
    expect([await statusOf(mine), await statusOf(other)]).toEqual([401, 200]);
  });

  it('goes on with the keys it knows while its issuer is away, and has no login', async () => {
    const token = await ask('/token', { role: 'reader' });
    await keycloak.stop();
    expect(await statusOf(token)).toBe(200);
    expect((await client.post('/auth/login', { username: 'alice', password: 'x' })).status).toBe(404);
  });
});
