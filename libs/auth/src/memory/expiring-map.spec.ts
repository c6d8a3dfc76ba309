import { ManualClock } from '../testing/manual-clock.js';
import { ExpiringMap } from './expiring-map.js';

function mapOf(maxEntries: number, whenFull: 'evict-oldest' | 'refuse') {
  const clock = new ManualClock(1_000);
  const told: string[] = [];
  const map = new ExpiringMap<string, number>({
    clock,
    maxEntries,
    whenFull,
    onEvict: (key, value) => told.push(`evicted ${key}=${value}`),
    onRemove: (key) => told.push(`removed ${key}`),
  });
  return { clock, told, map };
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
    const { clock, map, told } = mapOf(10, 'refuse');
    map.set('a', 1, 1_010);
    map.set('b', 2, 1_020);
    clock.advance(10);
    map.sweep();
    expect(map.size).toBe(1);
    expect(told).toEqual(['removed a']);
  });

  it('evicts the oldest live entry when full, expired ones first', () => {
    const { clock, map, told } = mapOf(2, 'evict-oldest');
    map.set('a', 1, 9_000);
    map.set('b', 2, 1_010);
    map.set('a', 3, 9_000);
    clock.advance(10);
    map.set('c', 4, 9_000);
    expect(told).toEqual(['removed b']);
    map.set('d', 5, 9_000);
    expect(told).toEqual(['removed b', 'removed a', 'evicted a=3']);
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

  it('tells of each key that leaves', () => {
    const { map, told } = mapOf(5, 'refuse');
    map.set('a', 1, 9_000);
    map.set('b', 1, 9_000);
    expect(map.delete('a')).toBe(true);
    expect(map.delete('a')).toBe(false);
    expect(map.delete('b')).toBe(true);
    expect(map.size).toBe(0);
    expect(told).toEqual(['removed a', 'removed b']);
  });
});
