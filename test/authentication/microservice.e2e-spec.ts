import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { AuthModule, Public } from 'nestjs-gatehouse';
import { firstValueFrom } from 'rxjs';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';
import { freePort } from '../support/redis/free-port.js';

@Controller()
class Messages {
  @Public()
  @MessagePattern('open')
  open(): string {
    return 'open';
  }

  @MessagePattern('closed')
  closed(): string {
    return 'closed';
  }

  @Public()
  @MessagePattern('refused')
  refused(): never {
    throw new RpcException('not today');
  }

  @Public()
  @MessagePattern('broken')
  broken(): never {
    throw new Error('connect postgres://app:hunter2@db');
  }
}

describe.each(['own', 'all'] as const)('messages behind the guard chain, problemDetailsFor: %s', (mode) => {
  let service: INestMicroservice;
  let caller: ClientProxy;

  beforeAll(async () => {
    @Module({
      imports: [
        AuthModule.forRoot({
          ...requiredOptions,
          userAuthenticator: TestUsers,
          problemDetailsFor: mode,
        }),
      ],
      controllers: [Messages],
    })
    class MessagesModule {}
    const options = { host: '127.0.0.1', port: await freePort() };
    service = await NestFactory.createMicroservice(MessagesModule, {
      transport: Transport.TCP,
      options,
      logger: false,
    });
    await service.listen();
    caller = ClientProxyFactory.create({ transport: Transport.TCP, options });
  });
  afterAll(async () => {
    caller.close();
    await service.close();
  });

  const answer = (pattern: string): Promise<unknown> => firstValueFrom(caller.send<unknown>(pattern, {}));

  it('answers public messages, and refuses the others while nobody is there', async () => {
    expect(await answer('open')).toBe('open');
    await expect(answer('closed')).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('leaves errors of the host errors: none turns into an answer, none is told', async () => {
    await expect(answer('refused')).rejects.toEqual({ status: 'error', message: 'not today' });
    await expect(answer('broken')).rejects.toEqual({ status: 'error', message: 'Internal server error' });
  });
});
