import type { RedisCalls } from '../../redis/calls.js';
import type { RecentRevocations, RevocationKind } from './recent-revocations.js';
import { readFeedScript } from './read-feed.lua.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';

const BATCH = 1_000;
const READS_PER_BOUND = 4;
// A reading that failed is tried again soon, however long the bound: without a copy every check asks the store.
const RETRY_MS = 1000;

type FeedReply = [string | null, [string, [RevocationKind, string]][], number | string];

/**
 * Follows the revocations of all instances. Each revocation appends to the stream of its partition, in the same script.
 * All streams are read several times per `maxStaleness`, each from the last entry that was read. So a lost connection
 * loses no entry, and the age of the copy is always known.
 */
export class RevocationFeed {
  private readonly partitions: readonly { readonly keys: SubjectKeys; lastId: string }[];
  private completeAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private isFollowing = false;

  /** @param vouching key of a partition without which nobody can vouch for any of its tokens; nothing is read where it throws */
  constructor(
    private readonly redis: RedisCalls,
    private readonly recent: RecentRevocations,
    private readonly maxStalenessMs: number,
    private readonly vouching = ({ globalEpoch }: SubjectKeys): string | Promise<string> => globalEpoch,
  ) {
    const keys = SubjectKeys.ofEveryPartition(redis.keySpace);
    this.partitions = keys.map((each) => ({ keys: each, lastId: '0' }));
  }

  /** Age of the copy in milliseconds: everything acknowledged longer ago is in it. Infinite before the first reading. */
  get ageMs(): number {
    return performance.now() - this.completeAt;
  }

  /** Reads now, and from now on until {@link close}. Resolves after the first reading, successful or not. */
  async follow(): Promise<void> {
    if (this.isFollowing) return;
    this.isFollowing = true;
    await this.readAndSchedule();
  }

  /** Stops reading; the copy ages from here on. */
  close(): void {
    this.isFollowing = false;
    clearTimeout(this.timer);
  }

  private async readAndSchedule(): Promise<void> {
    const startedAt = performance.now();
    try {
      const rest = await this.readAll();
      if (!rest) this.completeAt = startedAt;
      this.schedule(rest ? 0 : this.maxStalenessMs / READS_PER_BOUND);
    } catch {
      // The copy grows older. Beyond `maxStaleness` checks ask the store itself.
      this.schedule(Math.min(RETRY_MS, this.maxStalenessMs / READS_PER_BOUND));
    }
  }

  private schedule(delayMs: number): void {
    if (!this.isFollowing) return;
    this.timer = setTimeout(() => void this.readAndSchedule(), delayMs).unref();
  }

  /** Whether there is more to read. */
  private async readAll(): Promise<boolean> {
    const rests = await Promise.all(this.partitions.map((partition) => this.read(partition)));
    return rests.includes(true);
  }

  private async read(partition: { readonly keys: SubjectKeys; lastId: string }): Promise<boolean> {
    const { feed, handedOut, partition: name } = partition.keys;
    const { timesOutdated } = this.recent;
    const reply = await this.redis.run(
      readFeedScript,
      [feed, await this.vouching(partition.keys), handedOut],
      [partition.lastId, BATCH],
    );
    const [epoch, entries, longestLifetimeMs] = reply as FeedReply;
    for (const [id, [kind, concerned]] of entries) {
      this.recent.note(kind, concerned, Number(longestLifetimeMs));
      partition.lastId = id;
    }
    const isOutdated = timesOutdated !== this.recent.timesOutdated;
    if (!isOutdated) this.recent.noteGlobalEpoch(name, epoch === null ? undefined : Number(epoch));
    return entries.length === BATCH;
  }
}
