import type { Clock } from '../kernel/clock.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import { hashSubject, subjectHashOf } from './subject-keys.js';

interface Mark {
  /** On the clock that nobody can set. */
  readonly at: number;
  readonly count: number;
  /** When sessions were ended last. */
  readonly endedAt: number;
}

/** How long marks are kept, and how many. */
export interface RevocationMarksBounds {
  readonly maxEntries: number;
  /** Longest login that a mark refuses without being asked; a longer one is always superseded. */
  readonly keptMs: number;
}

/** When subjects, clients and everybody were revoked last, in memory: logins that began before are superseded. */
export class MemoryRevocationMarks {
  private readonly marks: ExpiringMap<string, Mark>;

  constructor(
    private readonly clock: Clock,
    private readonly bounds: RevocationMarksBounds,
  ) {
    const { maxEntries } = bounds;
    this.marks = new ExpiringMap({ clock, maxEntries, whenFull: 'refuse', isKeptByClock: true });
  }

  get size(): number {
    return this.marks.size;
  }

  /** @param keptUntil until when to keep the mark at least, epoch ms */
  noteSubject(subject: string, keptUntil: number): void {
    this.note(subjectKey(hashSubject(subject)), keptUntil);
  }

  /** Notes that the access tokens of the subject were revoked, and its sessions kept. */
  noteAccessTokens(subject: string, keptUntil: number): void {
    this.note(subjectKey(hashSubject(subject)), keptUntil, { keepsSessions: true });
  }

  /** Notes that all sessions of the subject but this one were ended. */
  noteOthers(sessionId: string, keptUntil: number): void {
    this.note(subjectKey(subjectHashOf(sessionId)), keptUntil);
  }

  noteClient(clientId: string, keptUntil: number): void {
    this.note(clientKey(clientId), keptUntil);
  }

  noteEverybody(keptUntil: number): void {
    this.note(EVERYBODY, keptUntil);
  }

  /** What was revoked so far, as far as it concerns a login. */
  of(subject: string, clientId: string): string {
    return this.concerning(subject, clientId)
      .map((mark) => (mark === undefined ? '' : `${mark.at}/${mark.count}`))
      .join(' ');
  }

  /** Whether something was revoked since the login began, or more than it knows of. */
  isSuperseded(
    subject: string,
    clientId: string,
    { ageMs, revocations }: { ageMs?(): number; readonly revocations?: string },
  ): boolean {
    if (revocations !== undefined) return this.of(subject, clientId) !== revocations;
    if (ageMs === undefined) return false;
    const now = this.clock.elapsed();
    // Measured after `now`, so it can only be too old.
    const age = ageMs();
    if (age >= this.bounds.keptMs) return true;
    return this.hasMarkSince(subject, clientId, now - age);
  }

  /** Whether something was revoked that concerns an access token which was issued so long ago. */
  isRevokedSince(subject: string, clientId: string, ageMs: () => number): boolean {
    const now = this.clock.elapsed();
    // Measured after `now`, so it can only be too old.
    return this.hasMarkSince(subject, clientId, now - ageMs());
  }

  /** The same for a session, which some revocations keep. */
  isEndedSince(subject: string, clientId: string, ageMs: number): boolean {
    const instant = this.clock.elapsed() - ageMs;
    return this.concerning(subject, clientId).some((mark) => mark !== undefined && mark.endedAt >= instant);
  }

  sweep(): void {
    this.marks.sweep();
  }

  private concerning(subject: string, clientId: string): readonly (Mark | undefined)[] {
    return [subjectKey(hashSubject(subject)), clientKey(clientId), EVERYBODY].map((key) =>
      this.marks.get(key),
    );
  }

  private hasMarkSince(subject: string, clientId: string, instant: number): boolean {
    return this.concerning(subject, clientId).some((mark) => mark !== undefined && mark.at >= instant);
  }

  private note(key: string, keptUntil: number, { keepsSessions = false } = {}): void {
    const at = this.clock.elapsed();
    const { count, endedAt } = this.marks.get(key) ?? { count: 0, endedAt: Number.NEGATIVE_INFINITY };
    const mark = { at, count: count + 1, endedAt: keepsSessions ? endedAt : at };
    this.marks.prolong(key, mark, Math.max(this.clock.now() + this.bounds.keptMs, keptUntil));
  }
}

const EVERYBODY = 'all';
const subjectKey = (hash: string): string => `subject:${hash}`;
const clientKey = (clientId: string): string => `client:${clientId}`;
