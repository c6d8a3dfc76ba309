import { Injectable, Module } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Authenticated, OptionalAuth, Public, Roles } from 'nestjs-gatehouse';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

/** Its handlers are called as brokers' and bots' libraries call them. */
@Injectable()
class Consumer {
  readonly ran: string[] = [];

  @Public()
  open(): string {
    this.ran.push('open');
    return 'handled';
  }

  @Public()
  failing(): never {
    throw new Error('the queue of the host is full');
  }

  plain(): void {
    this.ran.push('plain');
  }

  @Authenticated()
  known(): void {
    this.ran.push('known');
  }

  @OptionalAuth()
  maybe(): void {
    this.ran.push('maybe');
  }

  @OptionalAuth()
  @Roles('admin')
  maybeAdmins(): void {
    this.ran.push('maybeAdmins');
  }

  @Roles('admin')
  admins(): void {
    this.ran.push('admins');
  }

  @Public()
  @Roles('admin')
  contradictory(): void {
    this.ran.push('contradictory');
  }
}

@Module({ providers: [Consumer] })
class ConsumerModule {}

type Slot = Exclude<keyof Consumer, 'ran'>;

const shapes = platforms.flatMap((platform) =>
  (['own', 'all'] as const).flatMap((problemDetailsFor) =>
    [undefined, false as const].map((throttler) => ({ platform, problemDetailsFor, throttler })),
  ),
);

describe.each(shapes)(
  '[10-1] transports that we do not know, %j',
  ({ throttler, platform, problemDetailsFor }) => {
    let running: RunningApp;
    let consumer: Consumer;

    beforeAll(async () => {
      running = await startApp({
        platform,
        imports: [{ module: ConsumerModule }],
        extras: { problemDetailsFor },
        options: {
          rbac: { definition: { roles: { admin: {} } } },
          authentication: { exemptPaths: ['/health'] },
          ...(throttler === undefined ? {} : { throttler }),
        },
        logger: { log() {}, warn() {}, error() {} },
      });
      consumer = running.app.get(Consumer);
    });
    afterAll(() => running.close());

    /** The message says who it comes from; nobody has verified that. */
    const deliver = (type: string, slot: Slot, message: object = {}): Promise<unknown> => {
      const creator = running.app.get(ExternalContextCreator, { strict: false });
      const options = { guards: true, interceptors: true, filters: true };
      const none = undefined;
      const handler = consumer[slot];
      const call = creator.create(consumer, handler, slot, none, none, none, none, options, type);
      const sender = { subject: 'x', roles: ['admin'] };
      return call({ user: sender, ...message }, { fields: {} }) as Promise<unknown>;
    };

    it.each(['rmq', 'telegraf', 'necord'])('%s: what is @Public() runs, nothing else does', async (type) => {
      consumer.ran.length = 0;
      expect(await deliver(type, 'open')).toBe('handled');
      for (const slot of ['plain', 'known', 'maybe', 'admins', 'contradictory'] as const)
        await expect(deliver(type, slot)).rejects.toMatchObject({
          name: 'AuthError',
          code: expect.stringMatching(/^(unauthenticated|access_denied)$/) as string,
        });
      expect(consumer.ran).toEqual(['open']);
    });

    it('a message that looks like a request of an exempt path is none', async () => {
      consumer.ran.length = 0;
      const message = { headers: {}, url: '/health', method: 'GET' };
      for (const slot of ['plain', 'known', 'maybe', 'maybeAdmins', 'admins'] as const)
        await expect(deliver('http', slot, message)).rejects.toMatchObject({ name: 'AuthError' });
      expect(await deliver('http', 'open', message)).toBe('handled');
      expect(consumer.ran).toEqual(['open']);
    });

    it('an error of the host rejects as well', async () => {
      for (const type of ['rmq', 'http'])
        await expect(deliver(type, 'failing')).rejects.toThrow('the queue of the host is full');
    });
  },
);
