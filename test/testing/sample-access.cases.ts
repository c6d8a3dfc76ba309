import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describeAccess, overrideAuth } from 'nestjs-gatehouse/testing';

/** What is used of the sample app; its own types would type the names in all decorators of the tests. */
interface Sample {
  readonly AppModule: { with(settings: object): DynamicModule };
  readEnvironment(env: Readonly<Record<string, string>>): object;
  platformAdapter(platform: string): Promise<AbstractHttpAdapter>;
}

async function sampleApp(): Promise<Sample> {
  const files = ['app.module', 'configuration/environment', 'platform/platform-adapter'];
  const parts = files.map((file) => import(join(__dirname, '../../src', file)) as Promise<Partial<Sample>>);
  return Object.assign({}, ...(await Promise.all(parts))) as Sample;
}

describe.each(['express', 'fastify'])('the access to the sample app (%s)', (platform) => {
  it('is as its decorators say, for everybody at every route', async () => {
    const { AppModule, platformAdapter, readEnvironment } = await sampleApp();
    const settings = readEnvironment({ DATABASE_URL: ':memory:', PLATFORM: platform });
    const builder = Test.createTestingModule({ imports: [AppModule.with(settings)] });
    overrideAuth(builder);
    const module = await builder.compile();
    const app = module.createNestApplication(await platformAdapter(platform), { logger: false });
    await app.init();
    const { cells, differences, notTried } = await describeAccess(app);
    await app.close();
    expect(differences).toEqual([]);
    expect(notTried).toEqual([]);
    expect(cells.length).toBeGreaterThan(300);
  });
});
