import type { OnModuleInit } from '@nestjs/common';
import type { RedisCalls } from '../../redis/calls.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { batchedReads } from '../../redis/joint/turn-batch.js';
import { type IssuerKeys, revokedTokenOf } from '../../subjects/issuer-keys.js';
import { hashSubject, SubjectKeys, subjectHashOf } from '../../subjects/subject-keys.js';
import { revokeTokensAgain } from '../repeats/redis-revocation-repeats.js';
import type { JournalledKind } from '../repeats/revocation-journal.js';
import { markNotBeforeScript } from '../scripts/mark-not-before.lua.js';
import { readTimeScript } from '../scripts/read-time.lua.js';
import { revokeTokenScript } from '../scripts/revoke-token.lua.js';
import type { ForeignIssuer, TokenBlacklistSettings } from '../token-blacklist.settings.js';
import type { IssuerLogout, LogoutVerdict, RevocableToken } from '../token-blacklist.store.js';
import { AcceptedLifetime } from './accepted-lifetime.js';
import { ForeignTokenBlacklistStore } from './foreign-token-blacklist.store.js';
import { obeyLogoutScript } from './obey-logout.lua.js';
import { datedByAge, isIssuedBy, issuerSessionOf, nameOfIssuer } from './not-before.js';

/** What is marked, and for whom. */
interface Mark {
  readonly keys: SubjectKeys;
  readonly key: string;
  /** For local replicas; without one they find it where they look anyway. */
  readonly entry?: readonly [kind: 'subject' | 'client' | 'issuer-session', id: string];
}

/** What can be marked; its id is '', that of the client or session, or begins with the hash of the subject. */
type MarkKind = 'everything' | 'client' | 'session' | 'subject' | 'subjectSession' | 'sessionless';
type Named = readonly [kind: MarkKind, id: string];

/** Tokens that name no session may belong to any session of their subject, so they end with each of them. */
function namedBy(subject: string | undefined, sessionId: string): readonly Named[] {
  if (subject === undefined) return [['session', sessionId]];
  const hash = hashSubject(subject);
  if (sessionId === '') return [['subject', hash]];
  return [
    ['subjectSession', hash + sessionId],
    ['sessionless', hash],
  ];
}

/**
 * Revocations of the tokens of another issuer, on Redis: there is no epoch in them, so those are refused that were issued until
 * some instant. Each revocation that a change of server lost is made again, for the very same instant.
 */
export class RedisForeignTokenBlacklistStore extends ForeignTokenBlacklistStore implements OnModuleInit {
  private readonly reads: ReturnType<typeof batchedReads>;
  private readonly issuer: string;
  private readonly lifetime: AcceptedLifetime;
  private readonly marked: Record<MarkKind, JournalledKind>;
  private readonly tokens: JournalledKind;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: TokenBlacklistSettings,
    private readonly foreign: ForeignIssuer,
  ) {
    super();
    this.reads = batchedReads(redis);
    this.issuer = nameOfIssuer(foreign.issuer);
    this.lifetime = new AcceptedLifetime(redis, settings, foreign, this.journal);
    this.marked = {
      everything: this.repeated('everything'),
      client: this.repeated('client'),
      subject: this.repeated('subject'),
      session: this.repeated('session'),
      subjectSession: this.repeated('subjectSession'),
      sessionless: this.repeated('sessionless'),
    };
    this.tokens = this.journal.kind((some) =>
      revokeTokensAgain(redis.unasked, settings, some, {
        kind: 'issuer-token',
        keyOf: (keys, id) => this.of(keys).tokenKnownAs(id),
      }),
    );
    redis.changes.follow(this.journal.changed);
  }

  /** Says how long tokens live that are accepted here. While Redis is away this waits for the first check. */
  async onModuleInit(): Promise<void> {
    await this.lifetime.tellAll();
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    const keptMs = Math.ceil(ttlMs);
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const named = [this.of(keys).token(tokenId), keys.feed, keys.revision, keys.handedOut];
    const known = revokedTokenOf(keys.hash, tokenId);
    const args = [known, keptMs, this.settings.feedTtlMs, 'issuer-token'];
    const revision = await this.redis.run(revokeTokenScript, named, args);
    this.redis.saw(keys.revision, Number(revision));
    this.tokens.add(known, keptMs);
  }

  /** Of the issuer (`sid`); no subject of ours is known by it. */
  async revokeSession(sessionId: string): Promise<undefined> {
    await this.mark([['session', sessionId]]);
  }

  async revokeSubject(subject: string): Promise<readonly []> {
    await this.mark([['subject', hashSubject(subject)]]);
    return [];
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.mark([['client', clientId]]);
  }

  async revokeEverything(): Promise<void> {
    await this.mark([['everything', '']]);
  }

  override async logout({
    tokenId,
    subject,
    sessionId = '',
    ...logout
  }: IssuerLogout): Promise<LogoutVerdict> {
    const home = SubjectKeys.ofSubject(this.redis.keySpace, subject ?? sessionId);
    const obeyed = this.of(home).obeyedLogout(tokenId);
    if ((await this.redis.call('get', obeyed)) !== null) return 'replayed';
    await this.mark(namedBy(subject, sessionId), logout.issuedAt);
    const ttlMs = Math.ceil(Math.min(logout.ttlMs, this.settings.accessTokenLifetimeMs));
    const isFirst = Number(await this.redis.run(obeyLogoutScript, [obeyed], [ttlMs])) === 1;
    return isFirst ? 'ended' : 'replayed';
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    const keys = SubjectKeys.ofToken(this.redis.keySpace, { sessionId: undefined, subject: token.subject });
    const marks = this.of(keys);
    const sessionId = issuerSessionOf(token, this.foreign.issuer);
    const asked = [
      marks.token(token.tokenId),
      marks.beginning,
      marks.subject,
      marks.client(token.clientId),
      sessionId === undefined ? marks.sessionless : marks.session(sessionId),
    ];
    const [revoked, beginning, ...others] = await this.reads.ask(keys.partition, asked);
    if (revoked !== null) return true;
    const since = await this.lifetime.beginning(keys, beginning);
    const until = Math.max(since, ...others.map((instant) => Number(instant ?? -1)));
    return isIssuedBy(token.ageMs === undefined ? token : await this.dated(token, keys), until);
  }

  /** What a local copy has to know of a partition before it may vouch for a token of it. @throws AuthError `store_unavailable` */
  async vouching(keys: SubjectKeys): Promise<string> {
    await this.lifetime.tellOnce(keys);
    return this.of(keys).beginning;
  }

  private of(keys: SubjectKeys): IssuerKeys {
    return keys.ofIssuer(this.issuer);
  }

  /** Where something is marked. @param id of {@link MarkKind} */
  private marksOf(kind: MarkKind, id: string): readonly Mark[] {
    const own = SubjectKeys.ofHash(this.redis.keySpace, subjectHashOf(id));
    const marks = this.of(own);
    switch (kind) {
      case 'everything':
        return this.everywhere((keys) => ({ keys, key: this.of(keys).beginning }));
      case 'client':
        return this.everywhere((keys) => ({ keys, key: this.of(keys).client(id), entry: ['client', id] }));
      case 'session':
        return this.everywhere((keys) => this.sessionMark(keys, id));
      case 'subject':
        return [{ keys: own, key: marks.subject, entry: ['subject', own.hash] }];
      case 'subjectSession':
        return [this.sessionMark(own, id.slice(own.hash.length))];
      case 'sessionless':
        return [{ keys: own, key: marks.sessionless, entry: ['subject', own.hash] }];
    }
  }

  private everywhere(markIn: (keys: SubjectKeys) => Mark): readonly Mark[] {
    return SubjectKeys.ofEveryPartition(this.redis.keySpace).map(markIn);
  }

  private sessionMark(keys: SubjectKeys, sessionId: string): Mark {
    return { keys, key: this.of(keys).session(sessionId), entry: ['issuer-session', sessionId] };
  }

  private repeated(kind: MarkKind): JournalledKind {
    return this.journal.kindOfEach(({ id, at }) =>
      Promise.all(this.marksOf(kind, id).map((mark) => this.markOne(mark, at, this.redis.unasked))),
    );
  }

  /** @param instant until which is refused; without one, until now and as far ahead as the issuer may be */
  private async mark(named: readonly Named[], instant?: number): Promise<void> {
    const instants = await Promise.all(
      named.map(([kind, id]) =>
        Promise.all(this.marksOf(kind, id).map((mark) => this.markOne(mark, instant))),
      ),
    );
    const { accessTokenLifetimeMs, marksKeptUntil } = this.settings;
    const keptMs = Math.max(accessTokenLifetimeMs, marksKeptUntil - Date.now());
    for (const [at, [kind, id]] of named.entries())
      // The latest: a partition that was marked a moment earlier is marked a moment later, which hits nothing else.
      this.marked[kind].add(id, keptMs, Math.max(...(instants[at] ?? [])));
  }

  private async markOne(
    { keys, key, entry }: Mark,
    instant?: number,
    redis: RedisCalls = this.redis,
  ): Promise<number> {
    const { accessTokenLifetimeMs, feedTtlMs, marksKeptUntil } = this.settings;
    const { beginning, longestLifetime } = this.of(keys);
    const [marked, revision] = (await redis.run(
      markNotBeforeScript,
      [key, longestLifetime, keys.feed, keys.revision, keys.handedOut],
      [
        instant ?? '',
        this.foreign.clockToleranceMs,
        key === beginning ? '' : accessTokenLifetimeMs,
        feedTtlMs,
        ...(entry ?? ['', '']),
        marksKeptUntil,
      ],
    )) as [string, string | number];
    this.redis.saw(keys.revision, Number(revision));
    return Number(marked);
  }

  /** By the clock that marks are written by. */
  private async dated(token: RevocableToken, keys: SubjectKeys): Promise<RevocableToken> {
    const now = Number(await this.redis.run(readTimeScript, [this.of(keys).beginning], []));
    // The server may have told it so much later than the age was measured.
    return datedByAge(token, now - this.redis.deadlineMs);
  }
}
