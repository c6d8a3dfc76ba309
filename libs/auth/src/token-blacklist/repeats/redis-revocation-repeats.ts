import type { RedisCalls } from '../../redis/calls.js';
import { batchedReads } from '../../redis/joint/turn-batch.js';
import { SubjectKeys, subjectHashOf } from '../../subjects/subject-keys.js';
import { advanceEpochScript } from '../scripts/advance-epoch.lua.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import { repeatSessionsScript } from './repeat-sessions.lua.js';
import { repeatSubjectScript } from './repeat-subject.lua.js';
import { repeatTokensScript } from './repeat-tokens.lua.js';
import type { JournalledKind, JournalledRevocation, RevocationJournal } from './revocation-journal.js';

/** What is over in so many milliseconds isn't made again: its key may expire while it is looked at. */
const OVER_SOON_MS = 2_000;
const STEP = 100;

/** The revocations that Redis acknowledged, and how each kind is made again. What began later is spared where that can be told. */
export class RedisRevocationRepeats {
  private readonly everything: JournalledKind;
  private readonly clients: JournalledKind;
  private readonly subjects: JournalledKind;
  private readonly expired: JournalledKind;
  private readonly ended: JournalledKind;
  private readonly tokens: JournalledKind;
  private readonly reads: ReturnType<typeof batchedReads>;

  constructor(
    private readonly redis: RedisCalls,
    private readonly settings: TokenBlacklistSettings,
    journal: RevocationJournal,
  ) {
    this.reads = batchedReads(redis);
    this.everything = journal.kindOfEach((each) => this.advanceAgain('all', each));
    this.clients = journal.kindOfEach((each) => this.advanceAgain('client', each));
    this.subjects = journal.kindOfEach((each) => this.repeatSubject(each));
    this.expired = journal.kindOfEach((each) => this.expireAgain(each));
    this.ended = journal.kind((some) => this.endAgain(some));
    this.tokens = journal.kind((some) =>
      revokeTokensAgain(this.redis, this.settings, some, {
        kind: 'token',
        keyOf: (keys, id) => keys.tokenKnownAs(id),
      }),
    );
  }

  /** @param id what the token is known by, which begins with the hash of its subject */
  addToken(id: string, ttlMs: number): void {
    this.tokens.add(id, ttlMs);
  }

  /** The ends of sessions. */
  addSessions(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) this.ended.add(sessionId, this.longestMs);
  }

  /** Everything of a subject, however many sessions it had. @param at its epoch after that */
  addSubject(hash: string, at: number): void {
    this.subjects.add(hash, this.longestMs, at);
  }

  /** The access tokens of a subject. @param at its epoch after that */
  addExpired(hash: string, at: number): void {
    this.expired.add(hash, this.settings.accessTokenLifetimeMs, at);
  }

  /** @param clientId `undefined`: everybody @param epochs one of each partition */
  addWide(clientId: string | undefined, epochs: readonly number[]): void {
    const kind = clientId === undefined ? this.everything : this.clients;
    // The earliest: partitions that know of it know of a later instant, and nothing in them is hit again.
    kind.add(clientId ?? '', this.longestMs, Math.min(...epochs));
  }

  private get longestMs(): number {
    const { sessionLifetimeMs, accessTokenLifetimeMs } = this.settings;
    return sessionLifetimeMs + accessTokenLifetimeMs;
  }

  /** Whether access tokens of that time may be alive. */
  private wordFor({ ageMs }: JournalledRevocation): 'young' | 'old' {
    return ageMs + OVER_SOON_MS < this.settings.accessTokenLifetimeMs ? 'young' : 'old';
  }

  private async endAgain(revocations: readonly JournalledRevocation[]): Promise<void> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, revocations[0]?.id ?? '');
    const named = revocations.flatMap(({ id }) => {
      const own = SubjectKeys.ofHash(this.redis.keySpace, subjectHashOf(id));
      return [own.index, own.record(id), own.endMark(id)];
    });
    const told = revocations.flatMap((revocation) => [revocation.id, this.wordFor(revocation)]);
    const { accessTokenLifetimeMs, feedTtlMs } = this.settings;
    const revision = await this.redis.run(
      repeatSessionsScript,
      [keys.feed, keys.revision, keys.handedOut, ...named],
      [accessTokenLifetimeMs, feedTtlMs, ...told],
    );
    this.redis.saw(keys.revision, Number(revision));
  }

  /** Sessions that are opened meanwhile are later ones, so those that are there now are all there are to look at. */
  private async repeatSubject(revocation: JournalledRevocation): Promise<void> {
    const keys = SubjectKeys.ofHash(this.redis.keySpace, revocation.id);
    const word = this.wordFor(revocation);
    const ids = (await this.redis.call('zrange', keys.index, 0, -1)) as string[];
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const fixed = [keys.hash, accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil];
    const own = [keys.index, keys.subjectEpoch, keys.feed, keys.subjectMark, keys.revision, keys.handedOut];
    for (let from = 0; from === 0 || from < ids.length; from += STEP) {
      const some = ids.slice(from, from + STEP);
      const revision = await this.redis.run(
        repeatSubjectScript,
        [...own, ...some.flatMap((id) => [keys.record(id), keys.endMark(id)])],
        [...fixed, revocation.at, word, ...some],
      );
      this.redis.saw(keys.revision, Number(revision));
    }
  }

  private async expireAgain(revocation: JournalledRevocation): Promise<void> {
    if (this.wordFor(revocation) === 'old') return;
    const keys = SubjectKeys.ofHash(this.redis.keySpace, revocation.id);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const reply = await this.redis.run(
      advanceEpochScript,
      [keys.subjectEpoch, keys.feed, keys.subjectMark, keys.revision, keys.handedOut, keys.handedOut],
      [accessTokenLifetimeMs, feedTtlMs, 'subject', keys.hash, longestLoginMs, marksKeptUntil, revocation.at],
    );
    this.redis.saw(keys.revision, Number((reply as unknown[])[0]));
  }

  private async advanceAgain(kind: 'client' | 'all', { id, at }: JournalledRevocation): Promise<void> {
    const partitions = SubjectKeys.ofEveryPartition(this.redis.keySpace);
    const known = await Promise.allSettled(
      partitions.map(async (keys) => {
        const [epoch] = await this.reads.ask(keys.partition, [
          kind === 'all' ? keys.globalEpoch : keys.clientEpoch(id),
        ]);
        if (Number(epoch ?? 0) < at) await advanceWidely(this.redis, this.settings, { kind, id, keys, at });
      }),
    );
    for (const outcome of known) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/**
 * Advances the epoch of a client or of everybody in one partition. Sessions that began earlier must be refused as well, so
 * these counters live longer than any of them, also of those that began under other settings: the script knows.
 * @param at when it was advanced, if this is a repeat @returns the epoch
 */
export async function advanceWidely(
  redis: RedisCalls,
  settings: TokenBlacklistSettings,
  { kind, id, keys, at }: { kind: 'client' | 'all'; id: string; keys: SubjectKeys; at?: number },
): Promise<number> {
  const { sessionLifetimeMs, accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = settings;
  const [epochKey, mark] =
    kind === 'all' ? [keys.globalEpoch, keys.globalMark] : [keys.clientEpoch(id), keys.clientMark(id)];
  const keptMs = sessionLifetimeMs + accessTokenLifetimeMs;
  const [revision, epoch] = (await redis.run(
    advanceEpochScript,
    [epochKey, keys.feed, mark, keys.revision, keys.handedOut, keys.globalEpoch],
    [keptMs, feedTtlMs, kind, id, longestLoginMs, marksKeptUntil, at ?? ''],
  )) as [string | number, string | number];
  redis.saw(keys.revision, Number(revision));
  return Number(epoch);
}

/** Revokes access tokens of one partition again, of ours or of another issuer's. */
export async function revokeTokensAgain(
  redis: RedisCalls,
  { feedTtlMs }: TokenBlacklistSettings,
  revocations: readonly JournalledRevocation[],
  { kind, keyOf }: { kind: string; keyOf(keys: SubjectKeys, id: string): string },
): Promise<void> {
  const keys = SubjectKeys.ofHash(redis.keySpace, revocations[0]?.id ?? '');
  const lasting = revocations.filter(({ leftMs }) => leftMs > OVER_SOON_MS);
  if (lasting.length === 0) return;
  const revision = await redis.run(
    repeatTokensScript,
    [keys.feed, keys.revision, keys.handedOut, ...lasting.map(({ id }) => keyOf(keys, id))],
    [feedTtlMs, kind, ...lasting.flatMap(({ id, leftMs }) => [id, leftMs])],
  );
  redis.saw(keys.revision, Number(revision));
}
