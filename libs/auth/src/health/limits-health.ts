import type { Condition } from '../kernel/condition.js';
import type { StoreFailurePolicy } from '../throttler/throttler.settings.js';

const MEANWHILE: Readonly<Record<StoreFailurePolicy, string>> = {
  memory: 'what the store does not answer is counted in this process',
  open: 'what the store does not answer is not limited',
  closed: 'limited calls that the store does not answer are refused',
};

/** How limits are doing while the store is as it is. */
export function limitsHealth(store: Condition, policy: StoreFailurePolicy): Condition {
  if (store.status === 'up') return store;
  const isRefusing = store.status === 'down' && policy === 'closed';
  return { ...store, status: isRefusing ? 'down' : 'degraded', reason: MEANWHILE[policy] };
}
