import { Injectable, Module } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { AuthModule } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { requiredOptions, startApp, startModule, TestUsers } from '../support/app/start-app.js';

const heard: { readonly event: string; readonly subject?: string }[] = [];

@Injectable()
class AuditLog {
  @OnEvent('gatehouse.**')
  write(record: (typeof heard)[number]): void {
    heard.push(record);
  }

  @OnEvent('gatehouse.session.opened')
  fail(): void {
    throw new Error('a listener of the host');
  }
}

describe('[15] events that are forwarded to @nestjs/event-emitter', () => {
  it('are heard by @OnEvent(), whose failures are nobody else’s', async () => {
    @Module({
      imports: [
        AuthModule.forRoot({
          ...requiredOptions,
          userAuthenticator: TestUsers,
          events: { forwardTo: EventEmitter2 },
        }),
        EventEmitterModule.forRoot({ wildcard: true }),
      ],
      providers: [AuditLog],
    })
    class Host {}
    const running = await startModule(Host, { logger: false });
    const http = new Client(running.url);
    const { access_token } = await http.login();
    await http.post('/auth/logout', {}, access_token);
    await running.close();
    expect(heard).toMatchObject([
      { event: 'session.opened', subject: 'user-demo', address: '127.0.0.1' },
      { event: 'session.revoked' },
      { event: 'logout' },
    ]);
  });

  class Silent {}

  it.each([
    [
      'the module is missing',
      EventEmitter2,
      /events\.forwardTo: no module provides EventEmitter.*forRoot\(\)/,
    ],
    ['it is no emitter', Silent, /events\.forwardTo: Silent has no method emit\(\)/],
  ])('stop the boot with one sentence where %s', async (_, forwardTo, sentence) => {
    const imports = forwardTo === Silent ? [{ module: class {}, providers: [Silent] }] : [];
    const boot = startApp({ options: { events: { forwardTo } }, imports, logger: false });
    await expect(boot).rejects.toThrow(sentence);
  });
});
