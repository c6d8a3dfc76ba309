const load = (): Promise<typeof import('./peers.js')> => import('./peers.js');

/** How Node says that `missing` can't be found. */
const absence = (missing: string) => (): never => {
  throw Object.assign(new Error(`Cannot find module '${missing}'`), { code: 'MODULE_NOT_FOUND' });
};

describe('the optional peers', () => {
  beforeEach(() => jest.resetModules());
  afterEach(() => jest.dontMock('passport'));

  it('names those that are missing, all in one sentence', async () => {
    jest.doMock('passport', absence('passport'));
    const { peers, requirePeers } = await load();
    expect(peers.passport).toBeDefined();
    expect(() => requirePeers((name) => name === '@nestjs/jwt' && absence(name)())).toThrow(
      'AuthModule needs @nestjs/jwt, passport: run `npm install @nestjs/jwt passport`' +
        ' (on Nest 11 with @nestjs/jwt@11 and @nestjs/passport@11).',
    );
  });

  it('finds all of them here, and loads none to know it', async () => {
    const { requirePeers } = await load();
    for (const name of ['@nestjs/jwt', '@nestjs/passport', 'passport'])
      jest.doMock(name, () => {
        throw new Error(`${name} was loaded`);
      });
    expect(() => requirePeers()).not.toThrow();
    for (const name of ['@nestjs/jwt', '@nestjs/passport']) jest.dontMock(name);
  });

  it('can be built on all the same: classes extended, decorators put on', async () => {
    jest.doMock('passport', absence('passport'));
    const { Strategy, Decorator } = (await load()).peers.passport as unknown as {
      Strategy: new () => object;
      Decorator: () => PropertyDecorator;
    };
    class Built extends Strategy {
      @Decorator()
      readonly name = 'built';
    }
    expect(new Built().name).toBe('built');
  });

  it('names a package that another one of them needs', async () => {
    jest.doMock('@nestjs/passport', absence('passport'));
    const { peers, requirePeers } = await load();
    expect(peers['@nestjs/passport']).toBeDefined();
    jest.dontMock('@nestjs/passport');
    expect(() => requirePeers((name) => name === 'passport' && absence(name)())).toThrow(
      'AuthModule needs @nestjs/passport, passport: run `npm install @nestjs/passport passport`',
    );
  });

  it.each([
    ['lacks a package of its own', absence('pause'), "Cannot find module 'pause'"],
    [
      'breaks',
      () => {
        throw new RangeError('broken');
      },
      'broken',
    ],
  ])('says what is wrong with a package that is there and %s', async (_what, factory, message) => {
    jest.doMock('passport', factory);
    const { peers } = await load();
    expect(() => peers.passport).toThrow(message);
  });
});
