import { type Condition, worstOf } from '../kernel/condition.js';
import { failureReason } from '../kernel/failure-reason.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { LiveRoleGraph } from '../rbac/live-role-graph.js';
import type { StoreFailurePolicy } from '../throttler/throttler.settings.js';
import type { HealthReport } from './health-report.js';
import { limitsHealth } from './limits-health.js';
import type { StoreHealth } from './store-health.js';

/**
 * Health as data, for readiness probes, metrics and pages of operators.
 * @example
 * ```ts
 * const { status, components } = await health.check();
 * if (status !== 'up') logger.warn(components);
 * ```
 */
export class GatehouseHealth {
  /** @internal */
  constructor(
    private readonly store: StoreHealth,
    private readonly keys: KeyRing,
    private readonly roles: LiveRoleGraph,
    private readonly onStoreFailure: StoreFailurePolicy,
  ) {}

  /**
   * How this process is doing. Asks Redis itself, once a second at most however many ask, and not at all while it is known to
   * be away. Takes `redis.deadline` at most, and never rejects.
   */
  async check(): Promise<HealthReport> {
    const { itself, decisions } = await this.store.check();
    this.keys.retry();
    const components = {
      store: { ...decisions, medium: this.store.medium },
      keys: this.keys.condition,
      rbac: this.rbac,
      throttler: limitsHealth(itself, this.onStoreFailure),
    };
    return { status: worstOf(Object.values(components)), components };
  }

  private get rbac(): Condition {
    const { status, failure, since } = this.roles.health();
    if (failure === undefined || since === undefined) return { status };
    return { status, reason: `an older graph is in force: ${failureReason({ message: failure })}`, since };
  }
}
