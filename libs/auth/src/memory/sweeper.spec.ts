import { Sweeper } from './sweeper.js';

describe('Sweeper', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('sweeps every store with one timer, until stopped', () => {
    const sweeps = [0, 0];
    const sweeper = new Sweeper(1_000);
    for (const at of sweeps.keys()) sweeper.register({ sweep: () => void sweeps[at]!++ });
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(3_000);
    expect(sweeps).toEqual([3, 3]);
    sweeper.stop();
    jest.advanceTimersByTime(3_000);
    sweeper.sweep();
    expect(sweeps).toEqual([3, 3]);
  });
});
