import { originOfDevice, type RequestDevice } from '../context/callers/origin-of.js';
import type { AuthEvents } from '../kernel/auth-events.js';
import type { RefreshOutcome } from './refresh-outcome.js';

type Verdict = RefreshOutcome['verdict'];

/** The session that it is about. */
interface Told {
  readonly sessionId: string;
  readonly subject: string;
}

const TURNED = { rotated: 'refresh.rotated', replayed: 'refresh.replayed', reused: 'refresh.reuse' } as const;

/** Tells of logins and refreshes. */
export class SessionEvents {
  constructor(private readonly events: AuthEvents) {}

  /** A session was opened, and others made room for it. */
  opened(
    session: Told & { readonly clientId: string; readonly amr?: readonly string[] | undefined },
    evicted: readonly string[],
    device: RequestDevice | undefined,
  ): void {
    const { sessionId, subject, clientId, amr } = session;
    const facts = { sessionId, subject, clientId, ...(amr !== undefined && { amr }) };
    this.events.emit('session.opened', facts, originIn(device));
    for (const other of evicted) this.events.emit('session.evicted', { sessionId: other, subject });
  }

  /** What came of a refresh token that was turned over. */
  turnedOver(verdict: Verdict, session: Told, device: RequestDevice | undefined): void {
    if (verdict === 'superseded') return;
    const event = TURNED[verdict as keyof typeof TURNED];
    if (event === undefined) this.refused(verdict, device, session);
    else this.events.emit(event, session, originIn(device));
  }

  /** A refresh token was refused. Strangers can bring that about as often as they like. */
  refused(verdict: Verdict, device: RequestDevice | undefined, session?: Partial<Told>): void {
    const told = { ...session, reason: verdict, code: codeOf(verdict) };
    const quiet = { key: `${device?.ip} ${verdict}` };
    this.events.emitSeldom('refresh.refused', told, quiet, originIn(device));
  }
}

function originIn(device: RequestDevice = {}) {
  return () => originOfDevice(device);
}

function codeOf(verdict: Verdict): string {
  if (verdict === 'scope-exceeded') return 'invalid_scope';
  return verdict === 'other-resource' ? 'invalid_target' : 'invalid_grant';
}
