import type { RedisCalls } from '../../redis/calls.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';
import type { JournalledKind, RevocationJournal } from '../repeats/revocation-journal.js';
import { beginIssuerScript } from '../scripts/begin-issuer.lua.js';
import type { ForeignIssuer, TokenBlacklistSettings } from '../token-blacklist.settings.js';
import { nameOfIssuer } from './not-before.js';

/**
 * Tells Redis how long tokens of an issuer live that this service accepts: whoever revokes keeps marks for as long, and what
 * was marked for less before is refused. Until a partition knows, nobody may say that a token of it wasn't revoked.
 */
export class AcceptedLifetime {
  private readonly told = new Set<string>();
  private readonly issuer: string;
  private readonly repeated: JournalledKind;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: Pick<TokenBlacklistSettings, 'accessTokenLifetimeMs'>,
    private readonly foreign: ForeignIssuer,
    journal: RevocationJournal,
  ) {
    this.repeated = journal.kindOfEach(({ id }) =>
      this.send(SubjectKeys.ofHash(redis.keySpace, id), 'lost', redis.unasked),
    );
    this.issuer = nameOfIssuer(foreign.issuer);
  }

  /** Tells every partition that can be reached. */
  async tellAll(): Promise<void> {
    const partitions = SubjectKeys.ofEveryPartition(this.redis.keySpace);
    await Promise.allSettled(partitions.map((keys) => this.tell(keys, 'start', this.redis.unasked)));
  }

  /** Tells a partition that doesn't know yet. @throws AuthError `store_unavailable` */
  async tellOnce(keys: SubjectKeys): Promise<void> {
    if (!this.told.has(keys.partition)) await this.tell(keys, 'lost');
  }

  /**
   * Until when everything of a partition is refused, epoch ms. @param read what was just read of it, `null` if it wasn't there
   * @throws AuthError `store_unavailable`
   */
  async beginning(keys: SubjectKeys, read: unknown): Promise<number> {
    if (typeof read === 'string' && this.told.has(keys.partition)) return Number(read);
    // Gone with everything else, or never told: nobody knows what was revoked.
    return this.tell(keys, 'lost');
  }

  private async tell(keys: SubjectKeys, why: 'start' | 'lost', redis?: RedisCalls): Promise<number> {
    const beginning = await this.send(keys, why, redis);
    if (!this.told.has(keys.partition)) this.repeated.add(keys.partition, Infinity);
    this.told.add(keys.partition);
    return beginning;
  }

  private async send(
    keys: SubjectKeys,
    why: 'start' | 'lost',
    redis: RedisCalls = this.redis,
  ): Promise<number> {
    const { beginning, longestLifetime } = keys.ofIssuer(this.issuer);
    const args = [this.settings.accessTokenLifetimeMs, why, this.foreign.clockToleranceMs];
    return Number(await redis.run(beginIssuerScript, [beginning, longestLifetime], args));
  }
}
