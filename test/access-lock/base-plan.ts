import { Delete, Get, Patch, Post } from '@nestjs/common';
import { type CustomTransportStrategy, MessagePattern, Server } from '@nestjs/microservices';
import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  Authenticated,
  OptionalAuth,
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RequireDPoP,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';
import { controller, type HostPlan, oneModule } from './host-app.js';

export class ArticleOwner extends OwnershipResolver {
  owns(): boolean {
    return true;
  }
}

/** A transport that listens nowhere. */
export class InProcess extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }
  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}

/** An app with something of everything. */
export const basePlan = (): HostPlan => ({
  controllers: {
    articles: controller('articles', 'ArticlesController', {
      list: [Get(), Permissions('articles:read')],
      create: [Post(), Permissions('articles:write'), Throttle({ default: { limit: 10, ttl: 60_000 } })],
      update: [Patch(':id'), Permissions('articles:update'), Owner(ArticleOwner)],
      remove: [Delete(':id'), Permissions('articles:delete')],
      publish: [Post(':id/publish'), Permissions('articles:update', 'articles:publish')],
      moderate: [Post(':id/moderate'), Permissions.any('articles:publish', 'articles:moderate')],
      figures: [Get('figures'), Permissions('articles:read'), Scopes('reports')],
    }),
    account: controller('account', 'AccountController', {
      profile: [Get(), Authenticated()],
      password: [Post('password'), RequireFreshAuth('5m')],
      transfer: [Post('transfer'), RequireDPoP()],
    }),
    admin: controller('admin', 'AdminController', { users: [Get('users')] }, Roles('admin')),
    other: controller('other', 'OtherController', {
      health: [Get('health'), Public(), SkipThrottle()],
      feed: [Get('feed'), OptionalAuth()],
      plain: [Get('plain')],
      logs: [Get('logs'), Permissions('logs:read')],
    }),
    messages: controller('', 'MessagesController', {
      find: [MessagePattern('articles.find'), Permissions('articles:read')],
      tick: [MessagePattern('tick')],
    }),
  },
  providers: {
    chat: {
      name: 'ChatGateway',
      on: [WebSocketGateway({ namespace: 'chat' })],
      methods: { send: [SubscribeMessage('send'), Permissions('articles:write')] },
    },
    resolver: {
      name: 'ArticlesResolver',
      on: [Resolver('Article')],
      methods: {
        articles: [Query('articles'), Permissions('articles:read')],
        notes: [ResolveField('notes'), Permissions('articles:update')],
      },
    },
  },
  definition: {
    roles: {
      reader: { grants: ['articles:read'] },
      author: { inherits: ['reader'], grants: ['articles:write', 'articles:*:own'] },
      editor: { inherits: ['reader'], grants: ['articles:update', 'articles:publish', 'articles:write'] },
      auditor: { grants: ['logs:read'] },
      admin: { inherits: ['editor'], grants: ['*'] },
    },
    scopes: { reading: ['articles:read'], writing: ['articles:*'], reports: ['articles:read'] },
  },
  options: {},
  extras: { endpoints: { auth: false, wellKnown: false } },
  more: { imports: [], providers: [ArticleOwner] },
  platform: 'express',
  prepare: [(app) => app.connectMicroservice({ strategy: new InProcess() }, { inheritAppConfig: true })],
  modules: oneModule,
});
