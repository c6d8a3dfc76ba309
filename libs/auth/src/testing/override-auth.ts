import { UserAuthenticator } from '../authentication/user-authenticator.js';
import { Clock } from '../kernel/clock.js';
import { FakeUserAuthenticator } from './fake-user-authenticator.js';
import { ManualClock } from './manual-clock.js';
import { standInStores } from './redis/stand-in-stores.js';

/** What `Test.createTestingModule()` makes, as far as it is used here: `@nestjs/testing` is the host's, and nobody else's. */
type Builder = {
  overrideProvider(token: unknown): {
    useValue(value: unknown): unknown;
    useFactory(factory: { factory: (...parts: never[]) => unknown; inject?: never[] }): unknown;
  };
};

type Overrides = {
  /** @default a clock that stands at the present moment */
  readonly clock?: ManualClock;
  /** Who can log in, in place of the app's own `UserAuthenticator`. @default the app's own */
  readonly users?: FakeUserAuthenticator | ConstructorParameters<typeof FakeUserAuthenticator>[0];
};

type Handles = {
  /** Moves tokens, sessions, revocations, limits, codes and keys together. */
  readonly clock: ManualClock;
  /** Those of the options; empty, and nobody's, where there are none. */
  readonly users: FakeUserAuthenticator;
};

/**
 * Makes an app testable, whatever its options say: the time is the test's, nothing connects to Redis, and `withRedisDown()` and the
 * like can let fail what stands in for it. To be called before `compile()`. It replaces providers and no module, so it doesn't matter
 * where `AuthModule` is set up, and how.
 * @example
 * ```ts
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const { clock } = overrideAuth(builder, { users: [{ username: 'ada', password: 'correct horse' }] });
 * const app = (await builder.compile()).createNestApplication();
 * ```
 */
export function overrideAuth(builder: Builder, overrides: Overrides = {}): Handles {
  if (typeof (builder as Partial<Builder> | undefined)?.overrideProvider !== 'function')
    throw new TypeError('overrideAuth() needs what Test.createTestingModule() answers, before compile()');
  const { clock = new ManualClock(Date.now()), users = [] } = overrides;
  if (!(clock instanceof ManualClock))
    throw new TypeError('overrideAuth(): clock must be a ManualClock, so that no test has to wait');
  const fake = users instanceof FakeUserAuthenticator ? users : new FakeUserAuthenticator(users);
  builder.overrideProvider(Clock).useValue(clock);
  if (overrides.users !== undefined) builder.overrideProvider(UserAuthenticator).useValue(fake);
  for (const { provide, inject, useFactory } of standInStores)
    builder.overrideProvider(provide).useFactory({ factory: useFactory, inject: [...inject] as never[] });
  return { clock, users: fake };
}
