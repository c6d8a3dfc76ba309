import type { Session } from '../refresh-sessions/session.js';

/** One row of `GET /auth/sessions`; instants are ISO 8601 in UTC. */
export interface SessionResponse {
  readonly id: string;
  readonly client_id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly user_agent?: string;
  readonly ip?: string;
  readonly label?: string;
  /** Whether it is the session of the caller. */
  readonly current: boolean;
}

/** A session as its owner sees it, in the member names of the other endpoints. */
export function toSessionResponse(session: Session, currentId: string | undefined): SessionResponse {
  const { userAgent, ip, label } = session.device;
  return {
    id: session.id,
    client_id: session.clientId,
    created_at: new Date(session.createdAt).toISOString(),
    last_used_at: new Date(session.lastUsedAt).toISOString(),
    expires_at: new Date(session.idleExpiresAt).toISOString(),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(ip !== undefined && { ip }),
    ...(label !== undefined && { label }),
    current: session.id === currentId,
  };
}
