import type { GuardedRedis } from '../../redis/guarded-redis.js';
import type { RecentRevocations, RevocationKind } from './recent-revocations.js';
import { readFeedScript } from './read-feed.lua.js';
import { SubjectKeys } from '../subject/subject-keys.js';

const BATCH = 1_000;
const READS_PER_BOUND = 4;

type FeedReply = [string | null, [string, [RevocationKind, string]][]];

/**
 * Follows the revocations of all instances: each revocation appends to the stream of its partition in the very step
 * that makes it, and this reads all streams several times per staleness bound, each from where it left off. So a
 * disconnect, however long, loses nothing, and how old the copy is, is known.
 */
export class RevocationFeed {
  private readonly partitions: readonly { readonly keys: SubjectKeys; lastId: string }[];
  private completeAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private isFollowing = false;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly recent: RecentRevocations,
    private readonly maxStalenessMs: number,
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
      // The copy only ages: past the bound the store is asked again, which answers or says that it can't.
      this.schedule(this.maxStalenessMs / READS_PER_BOUND);
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
    const { feed, globalEpoch, partition: name } = partition.keys;
    const reply = await this.redis.run(readFeedScript, [feed, globalEpoch], [partition.lastId, BATCH]);
    const [epoch, entries] = reply as FeedReply;
    for (const [id, [kind, concerned]] of entries) {
      this.recent.note(kind, concerned);
      partition.lastId = id;
    }
    this.recent.noteGlobalEpoch(name, epoch === null ? undefined : Number(epoch));
    return entries.length === BATCH;
  }
}
