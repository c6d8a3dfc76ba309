import { LRUCache } from 'lru-cache';
import type { SlidingWindowStore, WindowHit } from '../throttler/sliding-window/sliding-window.store.js';
import type { Threshold } from './events.settings.js';

const MOST_STATES = 10_000;

/**
 * Counts what alerts are about in the store of the limits, so that all instances count together and one of them tells. While Redis
 * is away it goes on as limits of credentials do; where that can't be, nothing is told. Nobody is refused because of it.
 */
export class AlertWindows {
  // Alerts that were sent: nothing more is counted for one until its window has passed.
  private readonly told = new LRUCache<string, true>({ max: MOST_STATES });

  constructor(private readonly windows: SlidingWindowStore) {}

  /** Counts one more; whether that makes the threshold, and nobody was told yet. */
  async reached(alert: string, about: string, { count, withinMs }: Threshold): Promise<boolean> {
    if (this.told.has(`${alert} ${about}`)) return false;
    if (await this.takes({ name: `alert.${alert}`, about, limit: count - 1, withinMs })) return false;
    return this.isNews(alert, about, withinMs);
  }

  /** Whether it wasn't told yet within a while, on any instance. */
  async isNews(alert: string, about: string, withinMs: number): Promise<boolean> {
    const isFirst = await this.takes({ name: `alert.${alert}.told`, about, limit: 1, withinMs });
    this.told.set(`${alert} ${about}`, true, { ttl: withinMs });
    return isFirst;
  }

  /** The same thing counts once for what it is counted for: whether this is the first time. */
  isFirst(alert: string, about: string, thing: string, withinMs: number): Promise<boolean> {
    return this.takes({ name: `alert.${alert}.${thing}`, about, limit: 1, withinMs });
  }

  private async takes({
    name,
    about,
    limit,
    withinMs,
  }: Pick<WindowHit, 'name' | 'limit'> & {
    readonly about: string;
    readonly withinMs: number;
  }): Promise<boolean> {
    const hit: WindowHit = {
      name: `${name}.${withinMs}`,
      key: `alert:${about}`,
      limit,
      windowMs: withinMs,
      blockMs: 0,
      cost: 1,
      // Forgotten first where memory is full: an alert must not cost the budgets of failures their room.
      counts: 'logins',
    };
    const [verdict] = await this.windows.hit([hit]);
    return verdict?.outcome === 'admitted';
  }
}
