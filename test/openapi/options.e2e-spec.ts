import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  Post,
  UseFilters,
} from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AuthError, CredentialScheme, Public, Roles } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { startApp, startModule, type RunningApp } from '../support/app/start-app.js';

import { type Documented, documentOf, operationsOf } from './documented.js';

@Catch()
class AnyFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(text: string): void } }>()
      .status(401)
      .send('no');
  }
}

@Catch(TypeError)
class OtherFilter implements ExceptionFilter {
  catch(): void {}
}

@Controller('host')
class HostController {
  @UseFilters(AnyFilter)
  @Get('filtered')
  filtered() {
    return {};
  }

  @UseFilters(OtherFilter)
  @Post('unfiltered')
  unfiltered() {
    return {};
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }

  @Roles('reader')
  @Get('reader')
  reader() {
    return {};
  }

  @Get('exempt')
  exempt() {
    return {};
  }
}

class Partners extends CredentialScheme {
  readonly scheme: string = 'Partner';
  find(): undefined {
    return undefined;
  }
  verify(): never {
    throw new AuthError('invalid_token');
  }
}

class LoginOfPages extends Partners {
  override readonly scheme: string = 'Pages';
  override readonly isAmbient = true;
  override readonly isDocumented = false;
}

describe('documentAuth and the options of the app', () => {
  let running: RunningApp;
  let document: OpenAPIObject;
  let operations: ReadonlyMap<string, Documented>;

  beforeAll(async () => {
    running = await startApp({
      controllers: [HostController],
      options: {
        authentication: {
          refreshCookie: { name: '__Secure-rt' },
          accessCookie: true,
          clientId: ['web', 'phone'],
          login: { usernameField: 'email', extraFields: ['otp'] },
          exemptPaths: ['/host/exempt'],
        },
        apiKeys: { header: 'x-api-key' },
        dpop: { required: true, nonce: true },
        rbac: { definition: { roles: { reader: {} } }, defaultPolicy: 'deny', audit: 'off' },
        throttler: { throttlers: [], headers: 'standard', onStoreFailure: 'closed' },
        problemDetails: { typeBase: 'https://errors.test/' },
      },
      extras: {
        credentialSchemes: [Partners, LoginOfPages],
        endpoints: { auth: 'session', wellKnown: 'keys' },
      },
    });
    document = documentOf(running.app);
    operations = operationsOf(document);
  });
  afterAll(() => running.close());

  const bodyOf = (route: string) =>
    (
      operations.get(route) as unknown as {
        requestBody: { required: boolean; content: Record<string, { schema: { properties: object } }> };
      }
    ).requestBody;

  it('tells what a login takes, in JSON and as a form, by the names of the host', () => {
    const { content } = bodyOf('POST /session/login');
    expect(Object.keys(content)).toEqual(['application/json', 'application/x-www-form-urlencoded']);
    expect(Object.keys(content['application/json']!.schema.properties)).toEqual([
      'email',
      'password',
      'scope',
      'device_label',
      'client_id',
      'otp',
    ]);
  });

  it('tells which tokens travel in cookies', () => {
    expect(document.components?.schemas?.['GatehouseTokens']).toMatchObject({
      required: ['token_type', 'expires_in'],
      properties: { token_type: { enum: ['Bearer'] } },
    });
    expect(operations.get('POST /session/login')?.responses['200']?.headers).toHaveProperty('Set-Cookie');
    expect(bodyOf('POST /session/refresh').required).toBe(false);
    expect(operations.get('POST /session/refresh')?.security).toEqual([{ refreshCookie: [] }, {}]);
    expect(operations.get('POST /session/refresh')?.responses['403']?.description).toContain(
      'cross_site_request',
    );
    expect(document.components?.securitySchemes).toMatchObject({
      refreshCookie: { type: 'apiKey', in: 'cookie', name: '__Secure-rt' },
      accessCookie: { type: 'apiKey', in: 'cookie', name: '__Host-access_token' },
    });
  });

  it('tells every way in, and no bearer token where each has to be bound to a key', () => {
    expect(operations.get('GET /host/reader')?.security).toEqual([
      { dpop: [], dpopProof: [] },
      { accessCookie: [] },
      { apiKey: [] },
      { apiKeyHeader: [] },
      { Partner: [] },
    ]);
    expect(document.components?.securitySchemes?.['Partner']).toEqual({ type: 'http', scheme: 'Partner' });
    expect(JSON.stringify(document)).not.toContain('Pages');
    const told = operations.get('GET /host/reader')!.responses['401']!;
    expect(told.description).toContain('`use_dpop_nonce`');
    expect(told.headers).toHaveProperty('DPoP-Nonce');
  });

  it('tells what another site may not send', () => {
    expect(operations.get('POST /host/unfiltered')?.responses['403']?.description).toContain(
      'cross_site_request',
    );
    expect(operations.get('GET /host/reader')?.responses['403']?.description).not.toContain('cross_site');
  });

  it('tells that nobody gets where the default policy is deny, and that a path is exempt', () => {
    expect(operations.get('POST /host/unfiltered')).toMatchObject({
      description: 'Access: nobody, since the route does not say who may.',
      'x-gatehouse-access': { denied: true },
    });
    expect(operations.get('GET /host/exempt')?.security).toContainEqual({});
  });

  it('writes types as the host spells them, and leaves the form to a filter of the host', () => {
    expect(JSON.stringify(operations.get('GET /host/reader')?.responses['403'])).toContain(
      'https://errors.test/access-denied',
    );
    const filtered = operations.get('GET /host/filtered')!.responses['401']!;
    expect(filtered.content).toBeUndefined();
    expect(operations.get('POST /host/unfiltered')?.responses['401']?.content).toHaveProperty([
      'application/problem+json',
    ]);
  });

  it('tells of no limit where there is none, and of the documents where they are', () => {
    expect(operations.get('GET /host/open')?.responses).toEqual({ 200: { description: '' } });
    expect(document.paths).toHaveProperty(['/keys/jwks.json']);
    expect(document.paths).not.toHaveProperty(['/keys/oauth-authorization-server']);
    expect(document.components?.securitySchemes).not.toHaveProperty('oauth2');
  });

  it('says nothing of how callers are authenticated where the host does that', async () => {
    @Module({
      imports: [RbacModule.forRoot({ definition: { roles: { reader: {} } }, audit: 'off' })],
      controllers: [HostController],
    })
    class HostModule {}

    const logged: unknown[] = [];
    const log = (message: unknown): number => logged.push(message);
    const alone = await startModule(HostModule, { logger: { log: () => {}, warn: log, error: log } });
    const told = operationsOf(documentOf(alone.app));
    await alone.close();
    expect(logged).toEqual([]);
    expect(told.get('GET /host/reader')?.security).toBeUndefined();
    expect(Object.keys(told.get('GET /host/reader')?.responses ?? {})).toEqual(['200', '401', '403']);
    expect(told.get('GET /host/open')?.responses).toEqual({ 200: { description: '' } });
  });
});
