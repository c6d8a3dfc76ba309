import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { AuthConfigurationError, AuthModule } from 'nestjs-gatehouse';
import { AccessDefinitionError } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { createThrottlerStorage, GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { everyOption, shaping } from './every-option.js';
import { rivals } from './rivals.js';
import { TestEmitter } from './smallest-ports.js';
import { type Example, type Mutation, mutationsOf } from './mutations.js';
import { withoutRivals } from './places.js';

type Kinds = Example['kinds'];
type Door = (options: never, mutation?: Mutation) => Promise<unknown>;

const under = (group: string, kinds: Kinds): Kinds =>
  Object.fromEntries(Object.entries(kinds).map(([path, taken]) => [`${group}.${path}`, taken]));

const throttlerKinds: Kinds = {
  'throttlers.limit': ['function'],
  'throttlers.ttl': ['function'],
  'throttlers.blockDuration': ['function'],
  instances: ['function'],
};
const authKinds: Kinds = {
  ...under('throttler', throttlerKinds),
  'authentication.refreshCookie': ['true'],
  apiKeys: ['true'],
  protectedResource: ['true'],
  dpop: ['true'],
  'dpop.nonce': ['true'],
  'authentication.accessCookie': ['true'],
  'problemDetails.realm': ['text'],
};

/** Starts an app with the module, and ends it. */
async function boot(shape: () => DynamicModule): Promise<void> {
  @Module({ imports: [shape()], providers: [TestEmitter] })
  class Host {}
  const app = await NestFactory.createApplicationContext(Host, { logger: false, abortOnError: false });
  await app.close();
}

/**
 * Resolves the options as a module does at boot, and starts nothing else of it. In the module nobody but the provider of
 * settings is given the options, so what it refuses is what the whole app refuses.
 */
async function resolveOnly({ providers = [], module }: DynamicModule): Promise<void> {
  const isOptions = (token: unknown): boolean => String(token) === `Symbol(gatehouse:${module.name}:options)`;
  const given = providers.filter((provider) => isOptions(tokenOf(provider)));
  const settings = providers.filter((provider) => injectedInto(provider).some(isOptions));
  expect([given.length, settings.length]).toEqual([1, 1]);
  await boot(() => ({ module: class Resolution {}, providers: [...given, ...settings] }));
}

function tokenOf(provider: Provider): unknown {
  return typeof provider === 'function' ? provider : provider.provide;
}

function injectedInto(provider: Provider): readonly unknown[] {
  return 'inject' in provider ? (provider.inject ?? []) : [];
}

/**
 * A door whose options are resolved before the app is started, which most spoilt ones never get to. What shapes the
 * module is tried on whole apps, and so is one mistake of each option.
 */
const resolvedFirst =
  (shape: (options: never) => DynamicModule) =>
  async (options: never, mutation?: Mutation): Promise<void> => {
    const [top = ''] = mutation?.path.split(/[.[]/) ?? [];
    const needsApp = mutation === undefined || mutation.what === 'misspelt' || shaping.includes(top);
    if (!needsApp) await resolveOnly(shape(options));
    await boot(() => shape(options));
  };

/** `undefined` when all is well, or else what went wrong. */
async function complaintAbout(mutation: Mutation, open: Door): Promise<string | undefined> {
  const { options, path, nearest, mayBeTaken, missed } = mutation;
  try {
    await open(options as never, mutation);
    return mayBeTaken ? undefined : 'is taken without a word';
  } catch (error) {
    // The definition of roles has a report of its own.
    if (error instanceof AccessDefinitionError && path.endsWith('definition')) return undefined;
    if (!(error instanceof AuthConfigurationError)) return `ends in ${String(error)}`;
    const found = error.findings.filter(
      ({ option, message }) => isAt(option, path) || (missed !== undefined && message.includes(missed)),
    );
    if (found.length === 0) return `is not named: ${error.message}`;
    const isProposed = found.some(({ message }) => message.endsWith(`; did you mean ${nearest}?`));
    return nearest === undefined || isProposed ? undefined : `has another nearest name: ${error.message}`;
  }
}

function isAt(option: string, path: string): boolean {
  // What a factory returned is named `options`.
  if (path === '' || (path === 'useFactory' && option === 'options')) return true;
  return option.startsWith(path) && ['', '.', '['].includes(option.charAt(path.length));
}

describe('options', () => {
  let server: StandaloneRedis;
  let client: Redis;
  const home = process.cwd();
  let folder: string;
  let every: ReturnType<typeof everyOption>;

  beforeAll(async () => {
    server = await startStandalone();
    client = new Redis(server.url);
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-options-'));
    every = everyOption(server.url, client, folder);
  });
  afterEach(() => process.chdir(home));
  afterAll(async () => {
    client.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  // What the library makes by itself, a secret and keys, is made in the folder the process is in.
  const enterOwnFolder = (): void => process.chdir(mkdtempSync(join(folder, 'app-')));

  it.each<[string, () => object, Kinds, Door, ((mutation: Mutation) => boolean)?]>([
    [
      'AuthModule.forRoot',
      () => every.auth,
      authKinds,
      resolvedFirst((options) => AuthModule.forRoot(options)),
    ],
    [
      'AuthModule.forRootAsync',
      () => every.authAsync,
      {},
      (options) => boot(() => AuthModule.forRootAsync(options)),
      // `forRoot` reads it by the same code, and tries all of them: here one mistake of each option shows that it is read.
      ({ path, what }) => !path.startsWith('oauth.') || what === 'misspelt' || what === 'as text',
    ],
    [
      'AuthModule.forRoot over TLS and sentinels',
      () => every.guarded,
      {},
      resolvedFirst((options) => AuthModule.forRoot(options)),
      // What else stands there is in the first example as well.
      ({ path }) => path.startsWith('redis'),
    ],
    [
      'AuthModule.forRoot of a resource server',
      () => every.resourceServer,
      { 'accessTokens.foreign.roles': ['function'] },
      resolvedFirst((options) => AuthModule.forRoot(options)),
      ({ path }) => !/^(issuer|audience)/.test(path),
    ],
    ['RbacModule.forRoot', () => every.rbac, {}, (options) => boot(() => RbacModule.forRoot(options))],
    [
      'GatehouseThrottlerModule.forRoot',
      () => every.throttler,
      { ...throttlerKinds, memory: ['true'] },
      (options) => boot(() => GatehouseThrottlerModule.forRoot(options)),
    ],
    [
      'createThrottlerStorage',
      () => every.storage,
      { memory: ['true'], instances: ['number'] },
      async (options) => createThrottlerStorage(options).close(),
    ],
  ])(
    '%s names every mistake, or starts',
    async (_door, options, kinds, open, isWorthIt = () => true) => {
      const example = {
        options: options(),
        rivals,
        kinds,
        closed: ['definition', 'source', 'client'],
        named: ['profiles'],
      };
      enterOwnFolder();
      await open(withoutRivals(example.options, rivals) as never);
      const complaints: string[] = [];
      for (const mutation of mutationsOf(example).filter(isWorthIt)) {
        enterOwnFolder();
        const complaint = await complaintAbout(mutation, open);
        if (complaint !== undefined) complaints.push(`${mutation.path} ${mutation.what} ${complaint}`);
      }
      expect(complaints).toEqual([]);
      // Some 3,000 sets of options, and an app for about each third.
    },
    240_000,
  );
});
