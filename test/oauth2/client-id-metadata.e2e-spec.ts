import { type INestApplication, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthModule, type OAuthOptions, TokenService } from 'nestjs-gatehouse';
import { DocumentDestinations } from '../../libs/auth/src/oauth2/client-documents/document-destinations.js';
import { adapterFor, platforms, requiredOptions, TestUsers } from '../support/app/start-app.js';
import { DocumentServer, json } from '../support/oauth2/document-server.js';
import { OAuthCaller } from '../support/oauth2/oauth-caller.js';

const ID = 'https://app.test/client.json';
const scope = ['articles:read'];
const document = {
  client_id: ID,
  redirect_uris: ['https://app.test/callback'],
  grant_types: ['authorization_code', 'refresh_token', 'password', 'client_credentials'],
};

describe.each(platforms)('clients that describe themselves on %s', (platform) => {
  let server: DocumentServer;
  let app: INestApplication;
  let caller: OAuthCaller;

  const start = async (oauth: Partial<OAuthOptions>): Promise<void> => {
    @Module({
      imports: [
        AuthModule.forRoot({
          ...requiredOptions,
          userAuthenticator: TestUsers,
          oauth: { clients: [], dangerouslyAllowPasswordGrant: true, ...oauth },
        }),
      ],
    })
    class Host {}
    const testing = Test.createTestingModule({ imports: [Host] });
    if (oauth.clientIdMetadataDocuments !== undefined)
      testing.overrideProvider(DocumentDestinations).useValue(server);
    app = (await testing.compile()).createNestApplication(adapterFor(platform), { logger: false });
    await app.listen(0, '127.0.0.1');
    caller = new OAuthCaller((await app.getUrl()).replace('[::1]', '127.0.0.1'));
  };
  const open = () =>
    app.get(TokenService).login({
      subject: 'ada',
      clientId: ID,
      roles: [],
      scope: ['articles:read', 'articles:write'],
      authenticatedAt: Date.now(),
      device: {},
    });
  const ask = (grantType: string, more: Readonly<Record<string, string>> = {}, clientId = ID) =>
    caller.token({ grant_type: grantType, client_id: clientId, ...more });

  beforeAll(async () => {
    server = await DocumentServer.start();
    server.answer = json(document);
  });
  afterAll(() => server.stop());
  afterEach(() => app.close());

  it('[cimd-4] refresh within the scope of the option, and may do nothing else', async () => {
    await start({ clientIdMetadataDocuments: { scope, hosts: ['app.test'] } });
    server.asked.length = 0;
    const { refreshToken } = await open();
    const { status, body } = await ask('refresh_token', { refresh_token: refreshToken });
    expect([status, body['scope']]).toEqual([200, 'articles:read']);
    for (const grant of ['password', 'client_credentials'])
      expect((await ask(grant, { username: 'ada', password: 'ada-password' })).body).toMatchObject({
        error: 'unauthorized_client',
      });
    const stranger = await ask('refresh_token', { refresh_token: 'x' }, 'https://other.test/client.json');
    expect([stranger.status, stranger.body['error']]).toEqual([401, 'invalid_client']);
    expect(server.asked).toEqual(['app.test/client.json']);
    const metadata = await caller.get('/.well-known/oauth-authorization-server');
    expect(metadata.body).toMatchObject({ client_id_metadata_document_supported: true });
  });

  it('[cimd-ssrf] are 503 while their server is away', async () => {
    await start({ clientIdMetadataDocuments: { scope } });
    server.elsewhere = () => Promise.reject(new Error('SERVFAIL'));
    const { status, body, headers } = await ask('refresh_token', { refresh_token: 'x' });
    server.elsewhere = undefined;
    expect([status, body['error'], headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '30',
    ]);
  });

  it('[cimd-ssrf] are unknown, and nothing is fetched, unless they are asked for', async () => {
    await start({});
    server.asked.length = 0;
    expect((await ask('refresh_token', { refresh_token: 'x' })).body).toMatchObject({
      error: 'invalid_client',
    });
    const metadata = await caller.get('/.well-known/oauth-authorization-server');
    expect(metadata.body).not.toHaveProperty('client_id_metadata_document_supported');
    expect(server.asked).toEqual([]);
  });
});
