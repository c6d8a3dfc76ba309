import { availableParallelism } from 'node:os';

// Tests run as CommonJS from source: Nest's ESM packages are down-levelled by SWC (docs/decisions/toolchain.md).
const project = (displayName, roots, testRegex, more = {}) => ({
  ...more,
  displayName,
  rootDir: import.meta.dirname,
  roots,
  testRegex,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  moduleNameMapper: {
    // One file each instead of some hundred, which every suite would load anew.
    '^rxjs(/operators)?$': '<rootDir>/node_modules/rxjs/dist/bundles/rxjs.umd.js',
    '^class-validator$': '<rootDir>/node_modules/class-validator/bundles/class-validator.umd.js',
    '^class-transformer$': '<rootDir>/node_modules/class-transformer/bundles/class-transformer.umd.js',
    '^nestjs-gatehouse$': '<rootDir>/libs/auth/src/index.ts',
    '^nestjs-gatehouse/(openapi|otel|rbac|terminus|testing|throttler)$':
      '<rootDir>/libs/auth/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\.{1,2}/.*)\\.cjs$': ['$1.cts', '$1.cjs'],
  },
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(?:.*/node_modules/)?(?:@nestjs|cookie|jose|dpop|oauth4webapi|openid-client|@badgateway|@modelcontextprotocol/client|@seriousme)/)',
  ],
});

const SECRET_WATCH = '<rootDir>/test/support/secret-watch/install.ts';

export default {
  // Much of what tests take is waiting for servers and other processes: two cores are enough for three suites at a time.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  testTimeout: 90_000,
  // What a suite leaves behind (modules, timers of clients whose server is gone) slows down all that follow in its process.
  workerIdleMemoryLimit: '500MB',
  projects: [
    project('unit', ['<rootDir>/libs', '<rootDir>/src'], '\\.spec\\.ts$'),
    project('e2e', ['<rootDir>/test'], '\\.e2e-spec\\.ts$', {
      testPathIgnorePatterns: ['/test/(sample|outage|performance)/'],
      setupFilesAfterEnv: [SECRET_WATCH],
    }),
    // What is built, as real processes.
    project(
      'sample',
      ['<rootDir>/test/sample', '<rootDir>/test/outage', '<rootDir>/test/performance'],
      '\\.e2e-spec\\.ts$',
      {
        globalSetup: '<rootDir>/test/sample/build.mjs',
        setupFilesAfterEnv: [SECRET_WATCH],
      },
    ),
  ],
};
