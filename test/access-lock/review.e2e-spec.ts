import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthModuleOptions, Permissions, Roles } from 'nestjs-gatehouse';
import { RbacModule, RoleGraphSignal } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { reviewAccess } from '../../libs/auth/src/access-lock/review-access.js';
import type { AccessReview } from '../../libs/auth/src/command/reviewer.js';
import { InProcess } from './base-plan.js';
import { definition, elsewhere, NotesController, rootModule } from './small-host.js';
import { adapterFor, platforms, requiredOptions } from '../support/app/start-app.js';

describe('a review of who may call what', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-access-'));
    file = join(folder, 'access.lock.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function review(exports: object, more: Partial<AccessReview> & { readonly name?: string } = {}) {
    const [out, err]: string[][] = [[], []];
    const { name, ...rest } = more;
    const code = await reviewAccess(
      {
        app: { load: () => Promise.resolve(exports), name },
        file,
        mode: 'write',
        markdown: undefined,
        svg: undefined,
        timeoutMs: 60_000,
        ...rest,
      },
      { out: (line) => out!.push(line), err: (line) => err!.push(line) },
    );
    return { code, out: out!.join('\n'), err: err!.join('\n') };
  }

  it('writes, compares, tells what differs, and accepts it', async () => {
    const AppModule = rootModule();
    expect(await review({ AppModule })).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 roles, written'),
    });
    const text = await readFile(file, 'utf8');
    for (const checkedOut of [text, `\uFEFF${text.replaceAll('\n', '\r\n')}`]) {
      await writeFile(file, checkedOut);
      expect(await review({ AppModule }, { mode: 'check' })).toMatchObject({ code: 0, err: '' });
    }
    await writeFile(file, text);

    const grants = { ...definition.roles, guest: { grants: ['notes:*'] } };
    const Wider = rootModule({ ...elsewhere, rbac: { definition: { roles: grants }, audit: 'off' } });
    for (const mode of ['check', 'write'] as const)
      expect(await review({ AppModule: Wider }, { mode })).toMatchObject({
        code: 1,
        out: expect.stringMatching(
          /^widened {4}GET \/notes {2}for guest: holds notes:read by guest \(grant notes:\*\)$[^]*2 widened, 1 added\. Accept/m,
        ),
      });
    expect(await readFile(file, 'utf8')).toBe(text);
    const shown = { markdown: join(folder, 'access.md'), svg: join(folder, 'roles.svg') };
    expect(await review({ AppModule: Wider }, { mode: 'update', ...shown })).toMatchObject({ code: 0 });
    expect(await review({ AppModule: Wider }, { mode: 'check' })).toMatchObject({ code: 0 });
    const markdown = await readFile(shown.markdown, 'utf8');
    expect(markdown).toContain(
      '| **widened** | `GET /notes` | guest | holds notes:read by guest (grant notes:*) |',
    );
    expect(markdown).toContain('| `POST /notes` | public | everybody |  |');
    expect(await readFile(shown.svg, 'utf8')).toMatch(/^<svg [^]*admin inherits reader\.[^]*<\/svg>\n$/);
  });

  it.each(['check', 'write'] as const)('says what is wrong with a lockfile (%s)', async (mode) => {
    const AppModule = rootModule();
    const wrong = {
      '<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> branch\n':
        /access\.lock\.json has conflicts of a merge: take either side/,
      '{"lockfileVersion": 2}': /is of version 2, and this Gatehouse reads version 1/,
      '{"lockfileVersion"': /is damaged/,
      '[]': /is damaged/,
      '{}': /is of version none/,
      '{"lockfileVersion": 1, "routes": {"http": 7}}': /is damaged/,
      '{"lockfileVersion": 1, "onStoreFailure": {}}': /is damaged/,
      '{"lockfileVersion": 1, "callers": {"accepts": {"API key": false}}}': /is damaged/,
      '{"lockfileVersion": 1, "roles": {"admin": {"grants": {"*": false}}}}': /is damaged/,
      '{"lockfileVersion": 1, "roles": {"a": {"inherits": {"b": true}}, "b": {"inherits": {"a": true}}}}':
        /access\.lock\.json is damaged: 1 problem\(s\)[^]*cycle: a → b → a/,
    };
    for (const [text, message] of Object.entries(wrong)) {
      await writeFile(file, text);
      await expect(review({ AppModule }, { mode })).rejects.toThrow(message);
    }
    await writeFile(file, '<<<<<<< HEAD\n');
    const updated = await review({ AppModule }, { mode: 'update' });
    expect(updated).toMatchObject({ code: 0, err: expect.stringContaining('compared with nothing') });
  });

  it('says which file is in the way, and not that the app is', async () => {
    const AppModule = rootModule();
    await expect(review({ AppModule }, { file: folder })).rejects.toThrow(`${folder} can't be read (EISDIR)`);
    const markdown = join(folder, 'missing', 'access.md');
    await expect(review({ AppModule }, { markdown })).rejects.toThrow(
      `${markdown} can't be written (ENOENT)`,
    );
    expect(existsSync(file)).toBe(false);
  });

  it('asks for the lockfile before it is compared with', async () => {
    await expect(review({ AppModule: rootModule() }, { mode: 'check' })).rejects.toThrow(
      'is not there: run the command without --check, and commit the file',
    );
  });

  it.each(platforms)('takes a function that makes the app, on %s', async (platform) => {
    const createApp = async () => {
      const app = await NestFactory.create(rootModule(), adapterFor(platform), { logger: false });
      return app.setGlobalPrefix('api');
    };
    expect(await review({ createApp })).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toContain('"GET /api/notes"');
  });

  const found = jest.fn(() => ({}));
  it.each<{ what: string; exports: object; name?: string }>([
    { what: 'a name that is looked for', exports: { createApplication: found, createApp: 5 } },
    { what: 'the default export', exports: { default: found } },
    { what: 'what CommonJS exports', exports: { default: { createApp: found } } },
    { what: 'the name that is given', exports: { mine: found, AppModule: class {} }, name: 'mine' },
  ])('finds the app by $what', async ({ exports, name }) => {
    found.mockClear();
    await expect(review(exports, name === undefined ? {} : { name })).rejects.toThrow('no Nest application');
    expect(found).toHaveBeenCalledTimes(1);
  });

  it('takes a service of messages alone', async () => {
    @Controller()
    class Messages {
      @Permissions('notes:read')
      @MessagePattern('notes.find')
      find(): string {
        return 'found';
      }
    }
    @Module({ imports: [rootModule()], controllers: [Messages] })
    class AppModule {}
    const strategy = new InProcess();
    const createApp = () => NestFactory.createMicroservice(AppModule, { strategy, logger: false });
    await review({ createApp });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      routes: {
        rpc: { 'message "notes.find"': { guards: 'JwtAuthGuard, RbacGuard', passes: { reader: 'yes' } } },
      },
    });
  });

  it.each<{ what: string; exports: object; message: RegExp; name?: string }>([
    {
      what: 'nothing that leads to an app',
      exports: { AnyModule: 5, other: 6 },
      message: /neither AppModule, .*\(there is: AnyModule, other\)/,
    },
    {
      what: 'another name',
      exports: { AppModule: class {} },
      name: 'Mine',
      message: /no Mine \(there is: AppModule\)/,
    },
    {
      what: 'a function that wants something',
      exports: { createApp: (port: number) => port },
      message: /createApp takes arguments/,
    },
    {
      what: 'a function that makes no app',
      exports: { createApp: () => ({}) },
      message: /createApp answers no Nest application/,
    },
    {
      what: 'an app without guards of ours',
      exports: { AppModule: class {} },
      message: /neither AuthModule nor RbacModule/,
    },
  ])('refuses $what', async ({ exports, message, name }) => {
    await expect(review(exports, name === undefined ? {} : { name })).rejects.toThrow(message);
    expect(existsSync(file)).toBe(false);
  });

  it('repeats what keeps an app from starting', async () => {
    const misspelt = rootModule({ ...elsewhere, isuer: 'x' } as AuthModuleOptions);
    await expect(review({ AppModule: misspelt })).rejects.toMatchObject({
      name: 'AuthConfigurationError',
      message: expect.stringContaining('isuer'),
    });
    @Controller()
    class Unknown {
      @Roles('nobody')
      @Get()
      get(): void {}
    }
    @Module({ imports: [RbacModule.forRoot({ definition })], controllers: [Unknown] })
    class AppModule {}
    await expect(review({ AppModule })).rejects.toMatchObject({ name: 'AccessAuditError' });
  });

  it('opens nothing of other modules, and hears no signals', async () => {
    const heard: string[] = [];
    class Signal extends RoleGraphSignal {
      send = async (): Promise<void> => void heard.push('send');
      follow = (): void => void heard.push('follow');
      close = (): void => {};
    }
    const source = { load: () => Promise.resolve(definition), watch: () => (heard.push('watch'), () => {}) };
    @Module({
      imports: [
        RbacModule.forRoot({ source, signal: new Signal() }),
        GatehouseThrottlerModule.forRoot({ redis: 'redis://redis.invalid:6379' }),
      ],
      controllers: [NotesController],
    })
    class AppModule {}
    expect(await review({ AppModule })).toMatchObject({ code: 0 });
    expect(heard).toEqual([]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      limits: { default: '100 in 1m of each ip' },
      roles: { admin: { inherits: { reader: true } } },
    });
  });

  it('ends with an app that does not start, or does not close', async () => {
    const forever = (): Promise<never> => new Promise(() => {});
    const app = await NestFactory.create(rootModule({ ...requiredOptions, rbac: elsewhere.rbac }), {
      logger: false,
    });
    await app.init();
    const get = app.get.bind(app);
    const init = async (): Promise<void> => {};
    // What isn't late is there already, so that no machine is too slow for this.
    const timeoutMs = 1;
    const waits = { get, init: forever, close: init };
    await expect(review({ createApp: () => waits }, { timeoutMs })).rejects.toThrow(
      /the app is still starting after 1ms: it waits for something that isn't here/,
    );
    await expect(review({}, { app: { load: forever, name: undefined }, timeoutMs })).rejects.toThrow(
      /still loading it/,
    );
    const stays = { get, init, close: forever };
    expect(await review({ createApp: () => stays }, { timeoutMs })).toMatchObject({
      code: 0,
      err: expect.stringContaining('does not close'),
    });
    await app.close();
  });
});
