import { Sweeper } from './sweeper.js';

describe('Sweeper', () => {
  it('sweeps every store with one timer, until stopped', async () => {
    let sweeps = 0;
    const sweeper = new Sweeper(1);
    const swept = new Promise<void>((done) => {
      sweeper.register({ sweep: () => sweeps++ });
      sweeper.register({ sweep: () => done() });
    });
    await swept;
    sweeper.stop();
    const before = sweeps;
    expect(before).toBeGreaterThan(0);
    await new Promise((done) => setTimeout(done, 20));
    expect(sweeps).toBe(before);
    sweeper.sweep();
    expect(sweeps).toBe(before);
  });
});
