/** What a login told about the device; shown to the user in the list of sessions, never used to decide anything. */
export interface SessionDevice {
  readonly userAgent?: string | undefined;
  readonly ip?: string | undefined;
  /** A name the user gave the device. */
  readonly label?: string | undefined;
}

/** What is fixed at login and never changes. */
export interface SessionFacts {
  /** The user. */
  readonly subject: string;
  /** The client the session belongs to. */
  readonly clientId: string;
  /** Scope granted at login; `undefined` when the session isn't narrowed. Refreshing never changes it (RFC 6749 §6). */
  readonly scope?: readonly string[] | undefined;
  /** Roles at login. */
  readonly roles: readonly string[];
  /** When the user proved who they are, epoch ms. */
  readonly authenticatedAt: number;
  readonly device: SessionDevice;
  /** What the sender must prove to hold, e.g. a DPoP key thumbprint (RFC 9449 §5); `undefined` for a bearer session. */
  readonly binding?: string | undefined;
}

/** What changes while a session lives; instants are epoch ms of the store's clock. */
export interface SessionTimes {
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** When the session ends unless it is refreshed before. */
  readonly idleExpiresAt: number;
  /** When the session ends in any case. */
  readonly absoluteExpiresAt: number;
}

/** One login on one device. */
export interface Session extends SessionFacts, SessionTimes {
  readonly id: string;
}

const LONGEST = { userAgent: 256, ip: 64, label: 64 } as const;

/** Cuts what a client can freely choose, so that a session record has a constant size. */
export function boundedDevice(device: SessionDevice): SessionDevice {
  return {
    userAgent: device.userAgent?.slice(0, LONGEST.userAgent),
    ip: device.ip?.slice(0, LONGEST.ip),
    label: device.label?.slice(0, LONGEST.label),
  };
}
