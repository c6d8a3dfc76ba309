import { RepeatedLines } from './repeated-lines.js';

describe('RepeatedLines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('says a line once in ten seconds, and then how often it was left out', () => {
    const lines = new RepeatedLines();
    expect(lines.next('a')).toBe('a');
    for (let time = 0; time < 412; time++) expect(lines.next('a')).toBeUndefined();
    expect(lines.next('b')).toBe('b');
    jest.advanceTimersByTime(10_000);
    expect(lines.next('a')).toBe('a (and 412 more since the last line)');
    expect(lines.next('a')).toBeUndefined();
    jest.advanceTimersByTime(20_000);
    expect(lines.next('b')).toBe('b');
  });

  it('remembers no more than a hundred lines', () => {
    const lines = new RepeatedLines();
    for (let line = 0; line <= 100; line++) lines.next(`line ${line}`);
    expect(lines.next('line 0')).toBe('line 0');
    expect(lines.next('line 100')).toBeUndefined();
  });
});
