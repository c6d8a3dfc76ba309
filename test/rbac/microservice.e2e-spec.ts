import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  type INestMicroservice,
  Module,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { Permissions, type Principal, Public, RouteAudit, Scopes } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../support/redis/free-port.js';
import { type Caller, principalFor } from './caller.guard.js';
import { access } from './posts.js';

const events: string[] = [];

@Controller()
class PostsMessages {
  @Public()
  @MessagePattern('motto')
  motto(): string {
    return 'motto';
  }

  @Permissions('posts:read')
  @MessagePattern({ cmd: 'posts' })
  posts(): string {
    return 'posts';
  }

  @Scopes('blog.read')
  @MessagePattern('scoped')
  scoped(): string {
    return 'scoped';
  }

  @Permissions('posts:create')
  @EventPattern('created')
  created(_data: unknown): void {
    events.push('created');
  }

  @MessagePattern('plain')
  plain(): string {
    return 'plain';
  }
}

/** The host's own authentication of messages: who is calling travels with them. */
class MessageCallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const rpc = context.switchToRpc();
    const { caller } = rpc.getData<{ caller?: Caller }>();
    if (caller !== undefined) rpc.getContext<{ user?: Principal }>().user = principalFor(caller);
    return true;
  }
}

@Module({
  imports: [RbacModule.forRoot({ definition: access })],
  controllers: [PostsMessages],
  providers: [{ provide: APP_GUARD, useClass: MessageCallerGuard }],
})
class MessagesModule {}

const viewer: Caller = { subject: 'vera', roles: ['viewer'] };
const editor: Caller = { subject: 'ed', roles: ['editor'] };

describe('RPC over TCP', () => {
  let service: INestMicroservice;
  let client: ClientProxy;

  beforeAll(async () => {
    const options = { host: '127.0.0.1', port: await freePort() };
    service = await NestFactory.createMicroservice(MessagesModule, {
      transport: Transport.TCP,
      options,
      logger: false,
    });
    await service.listen();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  });
  afterAll(async () => {
    await client.close();
    await service.close();
  });

  const send = (pattern: unknown, caller?: Caller): Promise<unknown> =>
    firstValueFrom(client.send<unknown, object>(pattern, { caller }));

  it('answers what is public and what is allowed', async () => {
    expect(await send('motto')).toBe('motto');
    expect(await send({ cmd: 'posts' }, viewer)).toBe('posts');
    expect(await send('plain', viewer)).toBe('plain');
  });

  it('refuses with the codes of HTTP as the error of the call', async () => {
    await expect(send({ cmd: 'posts' })).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
    await expect(send('plain')).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(send({ cmd: 'posts' }, { subject: 'x', roles: [] })).rejects.toMatchObject({
      code: 'access_denied',
    });
    await expect(send('scoped', { ...viewer, scope: [] })).rejects.toMatchObject({
      code: 'insufficient_scope',
    });
  });

  it('keeps events of callers without right from their handler', async () => {
    client.emit('created', { caller: viewer });
    client.emit('created', { caller: editor });
    // The connection keeps the order: when the answer is here, both events were handled or refused.
    expect(await send('motto')).toBe('motto');
    expect(await send('motto')).toBe('motto');
    expect(events).toEqual(['created']);
  });

  it('lists patterns in the route table', () => {
    const entries = service
      .get(RouteAudit)
      .table()
      .rows.map(({ entry }) => entry);
    expect(entries).toContain('message "motto"');
    expect(entries).toContain('message {"cmd":"posts"}');
  });
});
