import { ManualClock } from '../testing/manual-clock.js';
import { ExpiringMap } from './expiring-map.js';

function mapOf(maxEntries: number, whenFull: 'evict-oldest' | 'refuse') {
  const clock = new ManualClock(1_000);
  const left: string[] = [];
  const map = new ExpiringMap<string, number>({
    clock,
    maxEntries,
    whenFull,
    onEvict: (key, value) => left.push(`evicted ${key}=${value}`),
    onRemove: (key) => left.push(`removed ${key}`),
  });
  return { clock, left, map };
}

describe('ExpiringMap', () => {
  it('forgets an entry at its expiry, not before', () => {
    const { clock, map } = mapOf(10, 'refuse');
    map.set('a', 1, 1_010);
    clock.advance(9);
    expect(map.get('a')).toBe(1);
    expect(map.expiryOf('a')).toBe(1_010);
    clock.advance(1);
    expect(map.get('a')).toBeUndefined();
    expect(map.expiryOf('a')).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it('drops all that expired when swept', () => {
    const { clock, map, left } = mapOf(10, 'refuse');
    map.set('a', 1, 1_010);
    map.set('b', 2, 1_020);
    clock.advance(10);
    map.sweep();
    expect(map.size).toBe(1);
    expect(left).toEqual(['removed a']);
  });

  it('evicts the oldest live entry when full, expired ones first', () => {
    const { clock, map, left } = mapOf(2, 'evict-oldest');
    map.set('a', 1, 9_000);
    map.set('b', 2, 1_010);
    map.set('a', 3, 9_000);
    clock.advance(10);
    map.set('c', 4, 9_000);
    expect(left).toEqual(['removed b']);
    map.set('d', 5, 9_000);
    expect(left).toEqual(['removed b', 'removed a', 'evicted a=3']);
    expect([map.get('c'), map.get('d'), map.size]).toEqual([4, 5, 2]);
  });

  it('refuses when full of live entries, but still renews those it has', () => {
    const { clock, map } = mapOf(1, 'refuse');
    map.set('a', 1, 1_010);
    map.set('a', 2, 1_020);
    expect(() => map.set('b', 1, 9_000)).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
    clock.advance(20);
    map.set('b', 1, 9_000);
    expect(map.get('b')).toBe(1);
  });

  it('sweeps what a full map made room for', () => {
    const { clock, map } = mapOf(1, 'refuse');
    map.set('a', 1, 1_010);
    clock.advance(10);
    map.set('b', 2, 1_020);
    clock.advance(10);
    map.sweep();
    expect(map.size).toBe(0);
  });

  it('reports each key that leaves', () => {
    const { map, left } = mapOf(5, 'refuse');
    map.set('a', 1, 9_000);
    map.set('b', 1, 9_000);
    expect(map.delete('a')).toBe(true);
    expect(map.delete('a')).toBe(false);
    expect(map.delete('b')).toBe(true);
    expect(map.size).toBe(0);
    expect(left).toEqual(['removed a', 'removed b']);
  });

  it('[10-9] goes by the time that passes, whatever the clock is set to', () => {
    const { clock, map } = mapOf(10, 'refuse');
    map.set('a', 1, 1_010);
    clock.set(1_000_000);
    map.sweep();
    expect(map.get('a')).toBe(1);
    clock.set(-2_000_000);
    clock.advance(9);
    expect(map.get('a')).toBe(1);
    clock.advance(1);
    expect(map.get('a')).toBeUndefined();
  });

  it('[10-9] keeps what refuses a token until both the time has passed and the clock says so', () => {
    const clock = new ManualClock(1_000_000);
    const map = new ExpiringMap<string, number>({
      clock,
      maxEntries: 1,
      whenFull: 'refuse',
      isKeptByClock: true,
    });
    map.set('a', 1, 1_000_010);
    clock.set(1_000);
    map.sweep();
    expect(map.get('a')).toBe(1);
    clock.set(-2_000);
    clock.advance(10);
    map.sweep();
    expect(map.get('a')).toBe(1);
    expect(() => map.set('b', 2, 1_000_010)).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
    clock.advance(1_000);
    map.set('b', 2, 2_000_000);
    expect([map.get('a'), map.get('b')]).toEqual([undefined, 2]);
  });

  it('[10-9] prolongs an entry and never shortens it, however the clock is set', () => {
    const { clock, map } = mapOf(10, 'refuse');
    map.prolong('a', 1, 1_100);
    map.prolong('a', 2, 1_010);
    clock.set(-500);
    map.prolong('a', 3, 510);
    clock.advance(99);
    expect(map.get('a')).toBe(3);
    clock.advance(1);
    expect(map.get('a')).toBeUndefined();
  });
});
