import { Clock } from '../kernel/clock.js';
import { MemoryRevocationMarks } from './memory-revocation-marks.js';

/** Time passes between any two looks at it. */
class HastyClock extends Clock {
  private at = 0;

  now(): number {
    return this.elapsed();
  }

  elapsed(): number {
    return (this.at = this.at * 10 + 1);
  }
}

describe('marks of revocations in memory', () => {
  it('count for what began just before, however long the question takes', () => {
    const clock = new HastyClock();
    const marks = new MemoryRevocationMarks(clock, { maxEntries: 10, keptMs: 60_000 });
    const beganAt = clock.elapsed();
    marks.noteClient('web', 1e12);
    expect(marks.isRevokedSince('ada', 'web', () => clock.elapsed() - beganAt)).toBe(true);
    expect(marks.isRevokedSince('ada', 'another', () => clock.elapsed() - beganAt)).toBe(false);
  });
});
