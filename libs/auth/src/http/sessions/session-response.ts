import type { Session } from '../../sessions/session.js';

/** One row of `GET /auth/sessions`; instants are ISO 8601 in UTC. */
export interface SessionResponse {
  readonly id: string;
  readonly client_id: string;
  readonly created_at: string;
  /** In steps of five minutes; a session that was used within the last hour (or token lifetime, if longer) reads as used just now. */
  readonly last_used_at: string;
  /** When it ends however much it is used; unused it ends earlier. */
  readonly expires_at: string;
  readonly user_agent?: string;
  readonly ip?: string;
  readonly label?: string;
  /** Whether it is the session of the caller. */
  readonly current: boolean;
}

/** The row of a session; of its last use it shows what it is given. */
export function toSessionResponse(
  session: Session,
  { currentId, lastUsedAt }: { readonly currentId: string | undefined; readonly lastUsedAt: number },
): SessionResponse {
  const { userAgent, ip, label } = session.device;
  return {
    id: session.id,
    client_id: session.clientId,
    created_at: new Date(session.createdAt).toISOString(),
    last_used_at: new Date(lastUsedAt).toISOString(),
    expires_at: new Date(session.absoluteExpiresAt).toISOString(),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(ip !== undefined && { ip }),
    ...(label !== undefined && { label }),
    current: session.id === currentId,
  };
}
