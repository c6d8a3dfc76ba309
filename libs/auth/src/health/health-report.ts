/** How one component is doing. */
type ComponentHealth = {
  /** `degraded`: it decides, but with less than it should have. `down`: what needs it is refused with 503. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Why it isn't up, for operators; never a secret. Not for the public: it says what is worth an attack. */
  readonly reason?: string;
  /** Since when it isn't up, epoch in milliseconds; left out where nobody noted it. */
  readonly since?: number;
};

/** How this process is doing, as plain data: what {@link GatehouseHealth.check} answers. */
export type HealthReport = {
  /** The worst of the components. */
  readonly status: ComponentHealth['status'];
  /** By the names that their options have; `store` is what sessions, revocations and limits are kept in. */
  readonly components: {
    readonly store: ComponentHealth & { readonly medium: 'redis' | 'memory' };
    readonly keys: ComponentHealth;
    readonly rbac: ComponentHealth;
    readonly throttler: ComponentHealth;
  };
};
