import {
  ManualClock,
  overrideAuth,
  withRedisDown,
  withRedisReadOnly,
  withRedisSlow,
} from 'nestjs-gatehouse/testing';
import { expectDeclared, nameOf, policyRows } from '../outage/policy-rows.js';
import { PolicyStand } from '../outage/policy-stand.js';

// Nobody listens there: a connection would be seen.
const NOWHERE = 'redis://127.0.0.1:1';

describe.each([
  { fault: 'down', begin: withRedisDown, column: 1 },
  { fault: 'slow', begin: withRedisSlow, column: 1 },
  { fault: 'read-only', begin: withRedisReadOnly, column: 2 },
])('the table of docs/when-redis-fails.md in tests of a host, Redis $fault', ({ begin, column }) => {
  let stand: PolicyStand;
  let end = (): void => {};
  let over: Promise<unknown> | undefined;

  beforeAll(async () => {
    const clock = new ManualClock(Date.now());
    stand = await PolicyStand.start('express', NOWHERE, (builder) => overrideAuth(builder, { clock }));
    await stand.prepare();
    const lasting = new Promise<void>((resolve) => (end = resolve));
    over = Promise.all(Object.values(stand.apps).map(({ app }) => begin(app, () => lasting)));
    // More than the `maxStaleness` of one of them.
    clock.advance(2000);
  });
  afterAll(async () => {
    end();
    await over;
    await stand?.close();
  });

  it.each(policyRows.map((cells) => [nameOf(cells[0]), cells[column]]))('%s: %s', (name, cell) =>
    expectDeclared(stand.operation(name), cell),
  );
});
