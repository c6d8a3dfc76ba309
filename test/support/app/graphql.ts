import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';

/** Serves the resolvers of the app at `/graphql`. */
export function graphQL(over: Partial<ApolloDriverConfig> = {}): DynamicModule {
  return GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, ...over });
}

/** Express hands over the request in `req`, Fastify as the first argument. */
export const requestContext = {
  context: (first: { readonly req?: unknown }): object => ({ req: first.req ?? first }),
};
