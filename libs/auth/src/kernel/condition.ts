/** How a capability is doing, as it tells it itself. */
export interface Condition {
  /** `degraded`: it decides, but with less than it should have. `down`: what needs it is refused with 503. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Why it isn't up, for operators; never a secret. */
  readonly reason?: string;
  /** Since when it isn't up, epoch in milliseconds; left out where nobody noted it. */
  readonly since?: number;
}

const RANKS = ['up', 'degraded', 'down'] as const;

/** The worst of some conditions; `up` when there is none. */
export function worstOf(conditions: readonly Pick<Condition, 'status'>[]): Condition['status'] {
  const ranks = conditions.map(({ status }) => RANKS.indexOf(status));
  return RANKS[Math.max(0, ...ranks)] ?? 'up';
}
