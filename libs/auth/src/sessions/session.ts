import { clientText } from '../kernel/text.js';

/** One login on one device. Instants are epoch ms of the store's clock. */
export interface Session {
  readonly id: string;
  /** The user. */
  readonly subject: string;
  /** The client the session belongs to. */
  readonly clientId: string;
  /**
   * Scope of its tokens; `undefined` when they aren't narrowed. What the login granted (RFC 6749 §6), less what the user may no
   * longer have since.
   */
  readonly scope?: readonly string[] | undefined;
  /** The one resource that its tokens are for (RFC 8707); `undefined` for all of `audience`. */
  readonly resource?: string | undefined;
  /** Roles of the user, as the login or the last {@link UserAuthenticator.reload} said. */
  readonly roles: readonly string[];
  /** When the user proved who they are, epoch ms. */
  readonly authenticatedAt: number;
  /** How they did (`amr`, RFC 8176). */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon (`acr`). */
  readonly acr?: string | undefined;
  /** What the host chose at login for as long as the session lives, such as a tenant. */
  readonly sessionData?: Readonly<Record<string, unknown>> | undefined;
  /** What the login told about the device; shown to the user in the list of sessions, never used to decide anything. */
  readonly device: {
    readonly userAgent?: string | undefined;
    readonly ip?: string | undefined;
    /** A name the user gave the device. */
    readonly label?: string | undefined;
  };
  /** What the sender must prove to hold, e.g. a DPoP key thumbprint (RFC 9449 §5); `undefined` for a bearer session. */
  readonly binding?: string | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** When the session ends unless it is refreshed before. */
  readonly idleExpiresAt: number;
  /** When the session ends in any case. */
  readonly absoluteExpiresAt: number;
}

/** What changes while a session lives. */
export type SessionTimes = Pick<Session, 'createdAt' | 'lastUsedAt' | 'idleExpiresAt' | 'absoluteExpiresAt'>;

/** What the login said. A refresh changes no more of it than what the user may by then: roles, scope and claims. */
export type SessionFacts = Omit<Session, 'id' | keyof SessionTimes> & {
  /** Claims of the host about the user, for every token of the session. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** What the login granted, where `scope` has become something else. */
  readonly granted?: Pick<Session, 'scope'> | undefined;
};

/** A session as far as it is known before anything is committed. */
export type KnownSession = SessionFacts & Pick<Session, 'id'>;

/** What a login told about the device. */
export type SessionDevice = Session['device'];

const LONGEST = { userAgent: 256, ip: 64, label: 64 } as const;

/** What a client can freely choose, made well-formed and cut, so that a session record has a bounded size. */
export function boundedDevice(device: SessionDevice): SessionDevice {
  const bounded = (name: keyof SessionDevice): string | undefined => {
    const text = device[name];
    return text === undefined ? undefined : clientText(text, LONGEST[name]);
  };
  return { userAgent: bounded('userAgent'), ip: bounded('ip'), label: bounded('label') };
}
