async function load(): Promise<void> {
  await jest.isolateModulesAsync(async () => {
    (await import('./peers.js')).requirePeers();
  });
}

/** How Node says that `missing` can't be found. */
const absence = (missing: string) => (): never => {
  throw Object.assign(new Error(`Cannot find module '${missing}'`), { code: 'MODULE_NOT_FOUND' });
};

describe('the optional peers', () => {
  afterEach(() => {
    for (const name of ['passport', '@nestjs/jwt', 'class-validator']) jest.dontMock(name);
  });

  it('names those that are missing, all in one sentence', async () => {
    jest.doMock('@nestjs/jwt', absence('@nestjs/jwt'));
    jest.doMock('passport', absence('passport'));
    await expect(load()).rejects.toThrow(
      'AuthModule needs @nestjs/jwt, passport: run `npm install @nestjs/jwt passport`' +
        ' (on Nest 11 with @nestjs/jwt@11 and @nestjs/passport@11).',
    );
  });

  it('can be built on all the same: classes extended, decorators put on', async () => {
    jest.doMock('passport', absence('passport'));
    jest.doMock('class-validator', absence('class-validator'));
    await jest.isolateModulesAsync(async () => {
      const { peers } = await import('./peers.js');
      const { Strategy } = peers.passport as { Strategy: new () => object };
      const { IsString } = peers['class-validator'] as { IsString: () => PropertyDecorator };
      class Built extends Strategy {
        @IsString()
        readonly name = 'built';
      }
      expect(new Built().name).toBe('built');
    });
  });

  it('names a package that another one of them needs', async () => {
    jest.doMock('passport', absence('passport'));
    await expect(load()).rejects.toThrow('AuthModule needs passport: run `npm install passport`');
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
    await expect(load()).rejects.toThrow(message);
  });
});
