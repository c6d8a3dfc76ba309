import { type Condition, worstOf } from '../kernel/condition.js';
import { limitsHealth } from './limits-health.js';
import { StoreHealth } from './store-health.js';

const up: Condition = { status: 'up' };
const degraded: Condition = { status: 'degraded', reason: 'Redis: READONLY: it takes no writes', since: 1 };
const down: Condition = { status: 'down', reason: 'Redis: no connection', since: 1 };

describe('health', () => {
  it.each([
    [[], 'up'],
    [[up, up], 'up'],
    [[up, degraded, up], 'degraded'],
    [[degraded, down, up], 'down'],
  ] as const)('%j together are the worst of them', (conditions, status) => {
    expect(worstOf(conditions)).toBe(status);
  });

  it.each([
    [up, 'memory', 'up'],
    [up, 'closed', 'up'],
    [degraded, 'memory', 'degraded'],
    [degraded, 'closed', 'degraded'],
    [down, 'memory', 'degraded'],
    [down, 'open', 'degraded'],
    [down, 'closed', 'down'],
  ] as const)('of limits: over a store that is %j, "%s" is %s', (store, policy, status) => {
    const health = limitsHealth(store, policy);
    expect(health.status).toBe(status);
    expect(health.since).toBe(store === up ? undefined : 1);
    if (store !== up) expect(health.reason).not.toBe(store.reason);
  });

  it('of a store in memory is up', async () => {
    const store = new StoreHealth(undefined, () => false);
    expect(store.medium).toBe('memory');
    expect(await store.check()).toEqual({ itself: up, decisions: up });
  });
});
