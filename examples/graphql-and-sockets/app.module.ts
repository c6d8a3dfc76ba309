import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule, SocketAuthenticator } from 'nestjs-gatehouse';
import { access } from './access.js';
import { Chat } from './chat.js';
import { ChatGateway } from './chat.gateway.js';
import { ChatResolver } from './chat.resolver.js';
import { People } from './people.js';

@Module({
  imports: [
    AuthModule.forRoot({
      issuer: 'https://chat.example',
      audience: 'https://chat.example',
      userAuthenticator: People,
      rbac: { definition: access },
    }),
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [SocketAuthenticator],
      useFactory: (sockets: SocketAuthenticator) => ({
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': sockets.graphqlWs() },
      }),
    }),
  ],
  providers: [Chat, ChatGateway, ChatResolver],
})
export class AppModule {}
