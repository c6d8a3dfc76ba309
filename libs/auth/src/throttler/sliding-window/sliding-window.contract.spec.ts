import { type WindowMedium, windowMedia } from '../../../../../test/throttler/window-media.js';
import { randomId } from '../../kernel/opaque.js';
import { slidingWindowContract } from './sliding-window.contract.js';

describe.each(windowMedia)('the sliding window store on $name', ({ start }) => {
  let medium: WindowMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(slidingWindowContract)('$name', ({ run }) =>
    run({
      store: medium.store,
      advance: (ms) => medium.clock.advance(ms),
      freshKey: () => randomId(9),
    }),
  );
});
