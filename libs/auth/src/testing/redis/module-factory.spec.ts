import { Clock } from '../../kernel/clock.js';
import { KeyRing } from '../../keys/key-ring.js';
import { OneTimeValueStore } from '../../one-time-values/one-time-value.store.js';
import { StoreMedium } from '../../stores/store-medium.js';
import { ManualClock } from '../manual-clock.js';
import { moduleFactory } from './module-factory.js';

describe('what the test kit makes as the module does', () => {
  it('is made of the parts that the module asks for', async () => {
    const medium = await StoreMedium.open(undefined, { copies: false, managedKeys: false, apiKeys: false });
    const make = moduleFactory(OneTimeValueStore, [StoreMedium, Clock]);
    expect(make(medium, new ManualClock(0))).toBeInstanceOf(OneTimeValueStore);
  });

  it.each([
    ['one is missing', [StoreMedium]],
    ['there is one more', [StoreMedium, Clock, KeyRing]],
    ['they stand in another order', [Clock, StoreMedium]],
  ])('and not where %s', (_, parts) => {
    const why = 'the module makes OneTimeValueStore of other parts than the test kit has for it';
    expect(() => moduleFactory(OneTimeValueStore, parts)).toThrow(why);
  });

  it('nor where the module makes no such thing', () => {
    expect(() => moduleFactory(KeyRing, [])).toThrow('the module makes no KeyRing');
  });
});
