/** What the library tells the host, by event name. Payloads never hold a token, key, hash or password. */
export interface AuthEventMap {
  /** Credentials were refused. */
  'login.failed': { readonly clientId: string };
  /** Somebody logged in. */
  'session.opened': { readonly sessionId: string; readonly subject: string; readonly clientId: string };
  /** A session was ended by a revocation; reuse and eviction have events of their own. */
  'session.revoked': { readonly sessionId: string; readonly subject: string };
  /** Access tokens of a subject were refused, and its sessions stay: what it may has changed. */
  'access-tokens.expired': { readonly subject: string };
  /** A session was ended, or dropped from memory, to make room for another one. */
  'session.evicted': { readonly sessionId: string; readonly subject: string };
  /** Another issuer said that a session of it (`sid`), or every session of a subject, has ended. */
  'issuer.logout': { readonly subject: string | undefined; readonly sessionId: string | undefined };
  /** A refresh token was exchanged for its successor. */
  'refresh.rotated': { readonly sessionId: string; readonly subject: string };
  /** A used refresh token came back within the reuse window; at each refresh of a session, this is worth a look. */
  'refresh.replayed': { readonly sessionId: string; readonly subject: string };
  /** A used refresh token came back too late, so its session was ended: perhaps a theft. */
  'refresh.reuse': { readonly sessionId: string; readonly subject: string };
  /** An authorization code was used a second time, so the session of its first use was ended: perhaps a theft. */
  'authorization-code.reuse': { readonly sessionId: string; readonly clientId: string };
  /** An API key was created. */
  'api-key.created': { readonly keyId: string; readonly subject: string };
  /** An API key was revoked, by itself or with its owner; `revokeClient` and `revokeEverything` name no keys. */
  'api-key.revoked': { readonly keyId: string; readonly subject: string };
  /** This instance replaced the signing key. */
  'keys.rotated': { readonly kid: string };
  /** These keys were dropped at once; what they signed is revoked. */
  'keys.compromised': { readonly kids: readonly string[] };
  /** The upkeep of keys couldn't replace one that is due; it tries again. */
  'keys.rotation_failed': { readonly error: string; readonly reason: string };
  /** The key source didn't answer; the keys stay as they are. */
  'keys.reload_failed': { readonly error: string; readonly reason: string };
  /** Another role graph is in force. */
  'roles.reloaded': { readonly revision: number; readonly roles: number };
  /** A role graph couldn't be loaded or is wrong; the last good one stays in force. */
  'roles.reload_failed': { readonly revision: number; readonly error: string };
  /** Access control refused a caller, or a call of a transport it doesn't know; the reason is for logs. */
  'access.denied': { readonly subject: string | undefined; readonly code: string; readonly reason: string };
}

/** Name of an event. */
type AuthEventName = keyof AuthEventMap;

type Listener = (payload: never) => unknown;

/** Typed, in-process event source; inject it and call {@link AuthEvents.on}. A failing listener never fails a request. */
export class AuthEvents {
  private readonly listeners = new Map<AuthEventName, Set<Listener>>();

  /** @param reportFailure told of what a listener threw or rejected with. */
  constructor(private readonly reportFailure: (error: unknown, event: AuthEventName) => void = () => {}) {}

  /** Subscribes; call the returned function to unsubscribe. */
  on<E extends AuthEventName>(event: E, listener: (payload: AuthEventMap[E]) => unknown): () => void {
    const set = this.listeners.get(event) ?? new Set<Listener>();
    this.listeners.set(event, set.add(listener));
    return () => {
      set.delete(listener);
    };
  }

  /** Tells every subscriber of the event, without waiting for any of them. */
  emit<E extends AuthEventName>(event: E, payload: AuthEventMap[E]): void {
    for (const listener of this.listeners.get(event) ?? []) void this.notify(event, listener, payload);
  }

  private async notify<E extends AuthEventName>(
    event: E,
    listener: Listener,
    payload: AuthEventMap[E],
  ): Promise<void> {
    try {
      await listener(payload as never);
    } catch (error) {
      this.reportFailure(error, event);
    }
  }
}
