import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { createServer, type AddressInfo } from 'node:net';
import { AuthModule, Public } from 'nestjs-gatehouse';
import { firstValueFrom } from 'rxjs';
import { AUDIENCE, ISSUER, TestUsers } from '../support/app/start-app.js';

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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each(['own', 'all'] as const)('messages behind the guard chain, problemDetails: %s', (mode) => {
  let service: INestMicroservice;
  let caller: ClientProxy;

  beforeAll(async () => {
    @Module({
      imports: [
        AuthModule.forRoot({
          issuer: ISSUER,
          audience: AUDIENCE,
          keys: { secret: 'an HS256 secret for tests, long enough' },
          userAuthenticator: TestUsers,
          problemDetails: mode,
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
