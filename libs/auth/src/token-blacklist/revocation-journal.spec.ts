import { until } from '../../../../test/support/until.js';
import { RevocationJournal } from './revocation-journal.js';

describe('RevocationJournal', () => {
  it('repeats until it works, then forgets', async () => {
    const journal = new RevocationJournal(60_000);
    let calls = 0;
    journal.record(async () => {
      calls += 1;
      if (calls === 1) throw new Error('the store is down');
    });
    expect(calls).toBe(0);
    await until('it was repeated', () => journal.size === 0);
    expect(calls).toBe(2);
  });

  it('gives up when nothing it revoked can be alive', async () => {
    const journal = new RevocationJournal(0);
    journal.record(() => Promise.reject(new Error('the store is down')));
    await until('it gave up', () => journal.size === 0);
  });

  it('is bounded, and repeats nothing once closed', async () => {
    const journal = new RevocationJournal(60_000);
    let calls = 0;
    for (let count = 0; count < 10_050; count++) {
      journal.record(async () => {
        calls += 1;
      });
    }
    expect(journal.size).toBe(10_000);
    journal.close();
    await new Promise((done) => setTimeout(done, 2_500));
    expect(calls).toBe(0);
  });
});
