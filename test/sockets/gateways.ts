import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { type OnGatewayInit, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { Public, SocketAuthenticator } from 'nestjs-gatehouse';

export type SocketOptions = NonNullable<Parameters<SocketAuthenticator['protect']>[1]>;

/** Broadcasts to everybody who is connected, as hosts do. */
export abstract class News {
  abstract tell(news: string): void;
}

function newsGateway(options: SocketOptions, send: (server: never, news: string) => void) {
  @WebSocketGateway()
  class NewsGateway extends News implements OnGatewayInit {
    @WebSocketServer() private readonly server!: never;

    constructor(private readonly sockets: SocketAuthenticator) {
      super();
    }

    afterInit(server: object): void {
      this.sockets.protect(server, options);
    }

    tell(news: string): void {
      send(this.server, news);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [SocketAuthenticator], NewsGateway);
  return NewsGateway;
}

@Module({})
class GatewayModule {}

/** A gateway on socket.io. */
export function socketIoNews(options: SocketOptions): DynamicModule {
  const send = (server: { emit(event: string, news: string): void }, news: string) =>
    server.emit('news', news);
  const Gateway = newsGateway(options, send);
  return { module: GatewayModule, providers: [Gateway, { provide: News, useExisting: Gateway }] };
}

/** A gateway on ws. */
export function wsNews(options: SocketOptions): DynamicModule {
  const send = ({ clients }: { clients: Set<{ send(text: string): void }> }, news: string) => {
    for (const client of clients) client.send(JSON.stringify(news));
  };
  const Gateway = newsGateway(options, send);
  return { module: GatewayModule, providers: [Gateway, { provide: News, useExisting: Gateway }] };
}

/** One queue for each subscriber. */
class Channel extends News {
  private readonly readers = new Set<(news: string) => void>();

  tell(news: string): void {
    for (const reader of this.readers) reader(news);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<{ news: string }> {
    const queue: string[] = [];
    let wake = (): void => {};
    const reader = (news: string): void => {
      queue.push(news);
      wake();
    };
    this.readers.add(reader);
    try {
      while (true) {
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        for (const news of queue.splice(0)) yield { news };
      }
    } finally {
      this.readers.delete(reader);
    }
  }
}

/** Subscriptions over graphql-ws, with Nest's default context. */
export function graphQLNews(options: SocketOptions): DynamicModule {
  const channel = new Channel();

  @Resolver()
  class NewsResolver {
    @Public()
    @Query(() => String)
    hello(): string {
      return 'hello';
    }

    @Subscription(() => String)
    news(): AsyncGenerator<{ news: string }> {
      return channel[Symbol.asyncIterator]();
    }
  }
  const graphql = GraphQLModule.forRootAsync<ApolloDriverConfig>({
    driver: ApolloDriver,
    inject: [SocketAuthenticator],
    useFactory: (sockets: SocketAuthenticator) => ({
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': sockets.graphqlWs(options) },
    }),
  });
  return {
    module: GatewayModule,
    imports: [graphql],
    providers: [NewsResolver, { provide: News, useValue: channel }],
  };
}
