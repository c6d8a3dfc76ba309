import { Body, Controller, Get, Module, Post, Query, Redirect, Req } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthModule, AuthorizationService, Clock, defineAccess, Public } from 'nestjs-gatehouse';
import { DocumentDestinations } from '../../libs/auth/src/oauth2/client-documents/document-destinations.js';
import { adapterFor, type Platform, requiredOptions, type RunningApp } from '../support/app/start-app.js';
import { TestInteraction } from '../support/oauth2/authorizations.js';
import { DocumentServer, json } from '../support/oauth2/document-server.js';
import { freePort, LOOPBACK } from '../support/redis/free-port.js';
import { CALLBACK, DOCUMENT } from './agents.js';
import { McpModule } from './server/mcp.module.js';

const scope = ['articles:read', 'articles:write'];

/** Pages of a host that asks who is there: each user has the role of the same name. */
@Public()
@Controller('consent')
class ConsentController {
  constructor(private readonly authorization: AuthorizationService) {}

  @Get()
  async show(@Query('request') handle: string, @Req() request: object): Promise<object> {
    const asked = await this.authorization.read(handle, request);
    return { client: asked.client.name, scope: asked.scope, resource: asked.resource };
  }

  @Post()
  @Redirect('', 303)
  async answer(
    @Body() form: { readonly request: string; readonly user: string },
    @Req() request: object,
  ): Promise<{ url: string }> {
    const asked = await this.authorization.read(form.request, request);
    const url = await this.authorization.approve(form.request, request, {
      user: { subject: form.user, roles: [form.user] },
      authenticatedAt: Date.now(),
      scope: asked.scope,
    });
    return { url };
  }
}

/** The machine's clock, or one that is ahead of it. */
class SettableClock extends Clock {
  aheadMs = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  elapsed(): number {
    return performance.now();
  }
}

/** An app with an MCP server, and its authorization server. */
export interface McpStand extends RunningApp {
  /** The address that agents are given. */
  readonly address: string;
  readonly documents: DocumentServer;
  readonly clock: SettableClock;
  close(): Promise<void>;
}

/** Starts an app with the MCP server of the page about them. */
export async function startMcpStand(platform: Platform): Promise<McpStand> {
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  const address = `${url}/mcp`;
  const documents = await DocumentServer.start();
  documents.answer = json({
    client_id: DOCUMENT,
    client_name: 'An agent with an address',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
  });

  @Module({
    imports: [
      AuthModule.forRoot({
        ...requiredOptions,
        issuer: url,
        audience: address,
        throttler: false,
        dpop: true,
        endpoints: { auth: false },
        protectedResource: { scopesSupported: ['articles:read'] },
        rbac: {
          definition: defineAccess({ roles: { reader: {}, editor: { inherits: ['reader'] } } }),
        },
        oauth: {
          clients: [],
          interaction: { useValue: new TestInteraction() },
          clientIdMetadataDocuments: { scope },
          registration: { scope },
        },
      }),
      McpModule,
    ],
    controllers: [ConsentController],
  })
  class Host {}

  const clock = new SettableClock();
  const testing = await Test.createTestingModule({ imports: [Host] })
    .overrideProvider(DocumentDestinations)
    .useValue(documents)
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = testing.createNestApplication(adapterFor(platform), { logger: ['error', 'fatal'] });
  await app.listen(port, LOOPBACK);
  return {
    app,
    url,
    address,
    documents,
    clock,
    async close() {
      documents.stop();
      await app.close();
    },
  };
}

/** What a user does whose browser is sent to an address: agrees, and is sent back. */
export async function consentAs(user: string, authorizationUrl: string): Promise<URL> {
  const sent = await fetch(authorizationUrl, { redirect: 'manual' });
  const page = new URL(sent.headers.get('location') ?? '', authorizationUrl);
  const cookie = sent.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const body = new URLSearchParams({ request: page.searchParams.get('request') ?? '', user });
  const answer = await fetch(page, { method: 'POST', headers: { cookie }, body, redirect: 'manual' });
  if (answer.status !== 303)
    throw new Error(`${page.href} answered ${answer.status}: ${await answer.text()}`);
  return new URL(answer.headers.get('location') ?? '');
}
