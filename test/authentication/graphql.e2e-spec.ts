import { Module } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { CurrentUser, OptionalAuth, Public, Roles } from 'nestjs-gatehouse';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Resolver()
class WhoResolver {
  @Query(() => String)
  who(@CurrentUser('subject') subject: string): string {
    return subject;
  }

  @Public()
  @Query(() => String)
  open(): string {
    return 'open';
  }

  @OptionalAuth()
  @Query(() => String)
  maybe(@CurrentUser('subject') subject?: string): string {
    return subject ?? 'nobody';
  }

  @Roles('admin')
  @Query(() => String)
  admins(): string {
    return 'admins';
  }
}

@Module({
  imports: [graphQL(requestContext)],
  providers: [WhoResolver],
})
class WhoModule {}

interface Result {
  readonly data: Record<string, string> | null;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

describe.each(platforms)('GraphQL behind the guard chain on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  let token: string;

  beforeAll(async () => {
    const definition = { roles: { admin: { grants: ['*'] }, demo: {} } };
    running = await startApp({
      platform,
      imports: [{ module: WhoModule }],
      options: { throttler: false, rbac: { definition } },
      extras: { problemDetailsFor: 'own' },
    });
    client = new Client(running.url);
    token = (await client.login()).access_token;
  });
  afterAll(() => running.close());

  const query = async (field: string, bearer?: string): Promise<Result> =>
    (await client.post<Result>('/graphql', { query: `{ ${field} }` }, bearer)).body;

  it('authenticates the caller of a query', async () => {
    expect((await query('who', token)).data).toEqual({ who: 'user-demo' });
    expect((await query('who')).errors?.[0]?.extensions).toMatchObject({
      code: 'unauthenticated',
      status: 401,
    });
    expect((await query('who', 'rubbish')).errors?.[0]?.extensions).toMatchObject({ code: 'invalid_token' });
  });

  it('knows public and optional queries', async () => {
    expect((await query('open')).data).toEqual({ open: 'open' });
    expect((await query('maybe')).data).toEqual({ maybe: 'nobody' });
    expect((await query('maybe', token)).data).toEqual({ maybe: 'user-demo' });
  });

  it('checks roles after the caller is known, and refuses a revoked token', async () => {
    const admin = await client.login('admin');
    expect((await query('admins', admin.access_token)).data).toEqual({ admins: 'admins' });
    expect((await query('admins', token)).errors?.[0]?.extensions).toMatchObject({ code: 'access_denied' });
    await client.post('/auth/logout', undefined, admin.access_token);
    expect((await query('admins', admin.access_token)).errors?.[0]?.extensions).toMatchObject({
      code: 'invalid_token',
    });
  });
});
