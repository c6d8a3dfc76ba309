/** The instants (epoch ms) at which a key changes state; `Infinity` for one that isn't foreseen. */
export interface KeyLife {
  /** Signs from here on; published before. */
  readonly activeFrom: number;
  /** Signs no more, still verifies. */
  readonly retiringFrom: number;
  /** Neither signs nor verifies. */
  readonly retiredFrom: number;
}

/** `pending`: published, not signing; `active`: signs; `retiring`: verifies only; `retired`: gone. */
export type KeyState = 'pending' | 'active' | 'retiring' | 'retired';

/** A key that signs from the beginning and for ever: one that the host configured. */
export const PERMANENT: KeyLife = { activeFrom: 0, retiringFrom: Infinity, retiredFrom: Infinity };

/** A key that only verifies, for as long as it is there. */
export const VERIFY_ONLY: KeyLife = { activeFrom: 0, retiringFrom: 0, retiredFrom: Infinity };

/** State of a key at an instant. Instants, not messages, drive it: all instances change over at the same time. */
export function keyStateAt(life: KeyLife, now: number): KeyState {
  if (now >= life.retiredFrom) return 'retired';
  if (now >= life.retiringFrom) return 'retiring';
  return now >= life.activeFrom ? 'active' : 'pending';
}
