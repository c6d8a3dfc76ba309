import type { UnaskedCalls } from '../../redis/calls.js';
import type { RecentRevocations, RevocationKind } from './recent-revocations.js';
import { readFeedScript } from './read-feed.lua.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';

const BATCH = 1_000;
const LOOKS_PER_BOUND = 4;
// Two commands each, so at most 40 a second, and two looks per the shortest bound.
const SHORTEST_PAUSE_MS = 50;
const COMMANDS_PER_GROUP = 2;
/** What an instance may send that nobody asks: so many milliseconds for each command. */
const RESTING_MS_PER_COMMAND = 25;
/** Whoever was asked so lately is about to be asked again; longer than open sockets wait for the next look at them. */
const AWAKE_MS = 10_000;
// A reading that failed is tried again soon, however long the bound: without a copy every check asks the store.
const RETRY_MS = 1000;

type FeedReply = [string | null, [string, [RevocationKind, string]][], number | string];

interface Partition {
  readonly keys: SubjectKeys;
  lastId: string;
}

/** What one command can look at: everything; on a Cluster, what is in one slot. */
interface Group {
  readonly partitions: readonly Partition[];
  /** Keys without which nobody can vouch for a token, once they are known. */
  vouching?: readonly string[];
}

/**
 * Follows the revocations of all instances. Each revocation appends to the stream of its partition, in the same script.
 * All streams are looked at several times per `maxStaleness` by one command, and those that moved are read from the last entry
 * that was read. So a lost connection loses no entry, and the age of the copy is always known.
 *
 * Where that takes many commands, on a Cluster, an instance that nobody asks looks less often. Its copy may then be too old: the first check
 * asks the store, and wakes it.
 */
export class RevocationFeed {
  private readonly groups: readonly Group[];
  private readonly pauseMs: number;
  private readonly restMs: number;
  private completeAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private isFollowing = false;
  /** Whether the next look is later than it would be if somebody asked. */
  private isResting = false;

  /** @param vouching key of a partition without which nobody can vouch for any of its tokens; nothing is read where it throws */
  constructor(
    private readonly redis: UnaskedCalls,
    private readonly recent: RecentRevocations,
    private readonly maxStalenessMs: number,
    private readonly vouching = ({ globalEpoch }: SubjectKeys): string | Promise<string> => globalEpoch,
  ) {
    const partitions = SubjectKeys.ofEveryPartition(redis.keySpace).map((keys) => ({ keys, lastId: '0' }));
    this.groups = redis.isCluster ? partitions.map((each) => ({ partitions: [each] })) : [{ partitions }];
    this.pauseMs = Math.max(maxStalenessMs / LOOKS_PER_BOUND, SHORTEST_PAUSE_MS);
    this.restMs = Math.max(this.pauseMs, this.groups.length * COMMANDS_PER_GROUP * RESTING_MS_PER_COMMAND);
  }

  /** Age of the copy in milliseconds: everything acknowledged longer ago is in it. Infinite before the first reading. */
  get ageMs(): number {
    return performance.now() - this.completeAt;
  }

  /** Whether the copy is young enough to answer somebody who asks now. */
  answers(): boolean {
    const now = performance.now();
    this.askedAt = now;
    if (this.isResting) this.wake();
    return now - this.completeAt <= this.maxStalenessMs;
  }

  /** Reads now, and from now on until {@link close}. Resolves after the first reading, successful or not. */
  async follow(): Promise<void> {
    if (this.isFollowing) return;
    this.isFollowing = true;
    this.askedAt = performance.now();
    await this.readAndSchedule();
  }

  /** Stops reading; the copy ages from here on. */
  close(): void {
    this.isFollowing = false;
    this.isResting = false;
    clearTimeout(this.timer);
  }

  private wake(): void {
    this.isResting = false;
    clearTimeout(this.timer);
    void this.readAndSchedule();
  }

  private async readAndSchedule(): Promise<void> {
    const startedAt = performance.now();
    try {
      const rest = await this.readAll();
      if (!rest) this.completeAt = startedAt;
      if (rest) this.schedule(0);
      else this.scheduleNext();
    } catch {
      // The copy grows older. Beyond `maxStaleness` checks ask the store itself.
      this.schedule(Math.min(RETRY_MS, this.pauseMs));
    }
  }

  private scheduleNext(): void {
    this.isResting =
      this.isFollowing && this.restMs > this.pauseMs && performance.now() - this.askedAt > AWAKE_MS;
    this.schedule(this.isResting ? this.restMs : this.pauseMs);
  }

  private schedule(delayMs: number): void {
    if (!this.isFollowing) return;
    this.timer = setTimeout(() => {
      this.isResting = false;
      void this.readAndSchedule();
    }, delayMs).unref();
  }

  /** Whether there is more to read. */
  private async readAll(): Promise<boolean> {
    const rests = await Promise.all(this.groups.map((group) => this.look(group)));
    return rests.includes(true);
  }

  /** Reads what has moved; of everything else it is enough that it is still there. */
  private async look(group: Group): Promise<boolean> {
    const { partitions } = group;
    const { timesOutdated } = this.recent;
    const vouching = (group.vouching ??= await Promise.all(
      partitions.map(async ({ keys }) => this.vouching(keys)),
    ));
    const [epochs, moved] = await Promise.all([
      this.redis.values(vouching),
      this.redis.moved(partitions.map(({ keys, lastId }) => [keys.feed, lastId])),
    ]);
    const rests = await Promise.all(moved.map((place) => this.read(partitions[place]!, vouching[place]!)));
    for (const [place, { keys }] of partitions.entries())
      if (!moved.includes(place)) this.noteEpoch(keys, epochs[place] ?? null, timesOutdated);
    return rests.includes(true);
  }

  private async read(partition: Partition, vouching: string): Promise<boolean> {
    const { feed, handedOut } = partition.keys;
    const { timesOutdated } = this.recent;
    const reply = await this.redis.run(
      readFeedScript,
      [feed, vouching, handedOut],
      [partition.lastId, BATCH],
    );
    const [epoch, entries, longestLifetimeMs] = reply as FeedReply;
    for (const [id, [kind, concerned]] of entries) {
      this.recent.note(kind, concerned, Number(longestLifetimeMs));
      partition.lastId = id;
    }
    this.noteEpoch(partition.keys, epoch, timesOutdated);
    return entries.length === BATCH;
  }

  /** @param timesOutdated as it was when the reading began */
  private noteEpoch({ partition }: SubjectKeys, epoch: string | null, timesOutdated: number): void {
    if (timesOutdated !== this.recent.timesOutdated) return;
    this.recent.noteGlobalEpoch(partition, epoch === null ? undefined : Number(epoch));
  }
}
