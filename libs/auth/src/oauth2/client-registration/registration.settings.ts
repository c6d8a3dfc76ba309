/** What clients get that register themselves. */
export interface RegistrationSettings {
  /** Greatest scope of such a client. */
  readonly scope: readonly string[];
  /** How long a registration is good for. */
  readonly ttlMs: number;
}
