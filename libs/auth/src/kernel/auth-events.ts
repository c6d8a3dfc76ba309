/** What the library tells the host, by event name. Payloads never hold a token, key, hash or password. */
export interface AuthEventMap {
  'login.failed': { readonly clientId: string };
  'session.opened': { readonly sessionId: string; readonly subject: string; readonly clientId: string };
  'session.revoked': { readonly sessionId: string; readonly subject: string };
  'session.evicted': { readonly sessionId: string; readonly subject: string };
  'refresh.rotated': { readonly sessionId: string; readonly subject: string };
  'refresh.replayed': { readonly sessionId: string; readonly subject: string };
  'refresh.reuse': { readonly sessionId: string; readonly subject: string };
  'keys.rotated': { readonly kid: string };
  'keys.compromised': { readonly kids: readonly string[] };
  'keys.rotation_failed': { readonly error: string };
  'keys.reload_failed': { readonly error: string };
  'roles.reloaded': { readonly revision: number; readonly roles: number };
  'roles.reload_failed': { readonly revision: number; readonly error: string };
  'access.denied': { readonly subject: string | undefined; readonly code: string; readonly reason: string };
}

/** Name of an event. */
export type AuthEventName = keyof AuthEventMap;

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
    for (const listener of this.listeners.get(event) ?? []) void this.tell(event, listener, payload);
  }

  private async tell<E extends AuthEventName>(
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
