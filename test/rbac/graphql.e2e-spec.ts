import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { ExecutionContext } from '@nestjs/common';
import {
  Owner,
  OwnershipResolver,
  Permissions,
  type Principal,
  Public,
  RouteAudit,
  Scopes,
} from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { platforms, startModule } from '../support/app/start-app.js';
import { type Caller, CallerGuard } from './caller.guard.js';
import { access } from './posts.js';

@Injectable()
class ArgumentOwner extends OwnershipResolver {
  owns({ subject }: Principal, context: ExecutionContext): boolean {
    return context.getArgByIndex<{ id: string }>(1).id === `of-${subject}`;
  }
}

@Resolver()
class PostsResolver {
  @Public()
  @Query(() => String)
  motto(): string {
    return 'motto';
  }

  @Permissions('posts:read')
  @Query(() => String)
  posts(): string {
    return 'posts';
  }

  @Scopes('blog.read')
  @Query(() => String)
  scoped(): string {
    return 'scoped';
  }

  @Permissions('posts:update')
  @Owner(ArgumentOwner)
  @Mutation(() => String)
  update(@Args('id', { type: () => ID }) id: string): string {
    return id;
  }
}

@Module({
  imports: [RbacModule.forRoot({ definition: access }), graphQL(requestContext)],
  providers: [PostsResolver, ArgumentOwner, { provide: APP_GUARD, useClass: CallerGuard }],
})
class GraphModule {}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

const viewer: Caller = { subject: 'vera', roles: ['viewer'] };
const editor: Caller = { subject: 'ed', roles: ['editor'] };

describe.each(platforms)('GraphQL on %s', (platform) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await startModule(GraphModule, { platform, logger: false }));
  });
  afterAll(() => app.close());

  const ask = async (query: string, caller?: Caller): Promise<Answer> => {
    const headers = {
      'content-type': 'application/json',
      ...(caller !== undefined && { caller: JSON.stringify(caller) }),
    };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  };
  const codeOf = ({ errors }: Answer): unknown => errors?.[0]?.extensions['code'];

  it('answers what is public and what is allowed', async () => {
    expect((await ask('{ motto }')).data).toEqual({ motto: 'motto' });
    expect((await ask('{ posts }', viewer)).data).toEqual({ posts: 'posts' });
  });

  it('refuses with the codes of HTTP in `extensions`', async () => {
    expect(codeOf(await ask('{ posts }'))).toBe('unauthenticated');
    expect(codeOf(await ask('{ posts }', { subject: 'x', roles: ['ghost'] }))).toBe('access_denied');
    const scoped = await ask('{ scoped }', { ...viewer, scope: ['other'] });
    expect(scoped.errors?.[0]?.extensions).toMatchObject({ code: 'insufficient_scope', status: 403 });
  });

  it('does not say what was missing', async () => {
    const answer = await ask('{ posts }', { subject: 'x', roles: ['ghost'] });
    expect(JSON.stringify(answer)).not.toContain('posts:read');
  });

  it('decides field by field', async () => {
    const { data, errors } = await ask('mutation { a: update(id: "of-ed") }', editor);
    expect([data, errors]).toEqual([{ a: 'of-ed' }, undefined]);
    expect(codeOf(await ask('mutation { a: update(id: "of-vera") }', editor))).toBe('access_denied');
    expect(codeOf(await ask('{ motto posts }'))).toBe('unauthenticated');
  });

  it('lists resolvers in the route table', () => {
    expect(
      app
        .get(RouteAudit)
        .table()
        .rows.map(({ entry }) => entry),
    ).toEqual(['Query motto', 'Query posts', 'Query scoped', 'Mutation update']);
  });
});
