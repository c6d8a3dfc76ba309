import { randomInt } from 'node:crypto';
import { concernsOneCall } from '../../redis/outage/reply-errors.js';

const TICK_MS = 1_000;
/** What was acknowledged while another server took over is looked at so much later. */
const FIRST_LOOK_SECONDS = 2;
/** Behind a proxy another server may take over without a sign of it. */
const SIGNLESS_CHANGE_SECONDS = 60;
/** All instances notice a change at the same time. */
const LONGEST_JITTER_MS = 1_000;
const AT_ONCE = 100;
/** Repeats take a fifth of the time at most: requests go first. */
const REST_FACTOR = 4;
const SHORTEST_REST_MS = 5;
const MAX_OF_KIND = 10_000;

/** A revocation that was acknowledged. Thousands are kept, so it holds no closure; times are seconds, which need no memory of their own. */
export class JournalledRevocation {
  /** The round in which it was last found to be in force, or made again. */
  round = -1;
  /** It was among some that couldn't be repeated together, so it is repeated by itself: others don't wait for it. */
  isAlone = false;

  constructor(
    /** Whom or what it ended; begins with the partition unless it concerns all of them. */
    readonly id: string,
    /** When it was made, epoch ms by the server; 0 where nobody asks. */
    readonly at: number,
    private readonly recordedAtSeconds: number,
    private readonly untilSeconds: number,
  ) {}

  /** How long ago it was made, in milliseconds. */
  get ageMs(): number {
    return (secondsNow() - this.recordedAtSeconds) * 1000;
  }

  /** How long what it ended could live on, in milliseconds; not above 0: it is over. */
  get leftMs(): number {
    return (this.untilSeconds - secondsNow()) * 1000;
  }

  /** Whether it has to be looked at. */
  isDueIn(round: number): boolean {
    return this.leftMs > 0 && this.round < round && this.ageMs >= FIRST_LOOK_SECONDS * 1000;
  }
}

/**
 * Makes some revocations again where they are missing; those that are there stay as they are. They begin with the same
 * partition. @throws AuthError `store_unavailable`
 */
export type RepeatRevocations = (revocations: readonly JournalledRevocation[]) => Promise<unknown>;

/** Revocations that are repeated alike: at most 10,000, without the oldest ones. */
export class JournalledKind {
  readonly entries = new Map<string, JournalledRevocation>();

  constructor(
    readonly repeat: RepeatRevocations,
    private readonly onAdded: () => void,
  ) {}

  /** Keeps one for as long as what it ended could live. @param at when it was made, epoch ms by the server */
  add(id: string, lifetimeMs: number, at = 0): void {
    const now = secondsNow();
    const until = now + Math.ceil(lifetimeMs / 1000);
    // What is made again is the newest.
    this.entries.delete(id);
    const [oldest] = this.entries.keys();
    if (this.entries.size >= MAX_OF_KIND && oldest !== undefined) this.entries.delete(oldest);
    this.entries.set(id, new JournalledRevocation(id, at, now, until));
    this.onAdded();
  }

  /**
   * Those that weren't looked at in this round, the newest in front, by partition, and last of all each that is alone; what is
   * over is forgotten.
   */
  dueIn(round: number): readonly (readonly JournalledRevocation[])[] {
    const due = new Map<string, JournalledRevocation[]>();
    const alone: JournalledRevocation[][] = [];
    for (const entry of this.entries.values()) {
      if (entry.leftMs <= 0) this.entries.delete(entry.id);
      if (!entry.isDueIn(round)) continue;
      const partition = entry.id.charAt(0);
      const others = due.get(partition);
      if (entry.isAlone) alone.push([entry]);
      else if (others === undefined) due.set(partition, [entry]);
      else others.push(entry);
    }
    return [...[...due.values()].map((entries) => entries.toReversed()), ...alone.toReversed()];
  }
}

/**
 * Makes acknowledged revocations hold. Redis replicates asynchronously, so a server that takes over may lack the last of
 * them, or, after a partition, all that the other side acknowledged. They are kept for as long as what they ended could
 * live, and looked at after each change of server: what is missing is made again.
 */
export class RevocationJournal {
  private readonly kinds: JournalledKind[] = [];
  private round = 0;
  private ticks = 0;
  private isRunning = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private change: NodeJS.Timeout | undefined;

  /** Revocations that are kept. */
  get size(): number {
    return this.kinds.reduce((sum, { entries }) => sum + entries.size, 0);
  }

  /** Revocations of one more kind. */
  kind(repeat: RepeatRevocations): JournalledKind {
    const kind = new JournalledKind(repeat, () => this.start());
    this.kinds.push(kind);
    return kind;
  }

  /** {@link kind} of what is repeated one by one. */
  kindOfEach(repeat: (revocation: JournalledRevocation) => Promise<unknown>): JournalledKind {
    return this.kind(async (revocations) => {
      for (const revocation of revocations) await repeat(revocation);
    });
  }

  /** Another server may answer from now on: all of them are looked at, soon. */
  readonly changed = (): void => {
    if (this.timer === undefined || this.change !== undefined) return;
    const soon = (): void => {
      this.change = undefined;
      this.round += 1;
      void this.look();
    };
    this.change = setTimeout(soon, randomInt(LONGEST_JITTER_MS)).unref();
  };

  /** Forgets all, and repeats nothing any more. */
  close(): void {
    this.isClosed = true;
    this.stop();
    for (const { entries } of this.kinds) entries.clear();
  }

  private start(): void {
    if (this.isClosed) return;
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  private stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.change);
    this.timer = undefined;
    this.change = undefined;
  }

  private tick(): void {
    this.ticks += 1;
    if (this.ticks % SIGNLESS_CHANGE_SECONDS === 0) this.round += 1;
    void this.look();
  }

  /** It isn't started again while it runs. */
  private async look(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (const kind of this.kinds)
        for (const entries of kind.dueIn(this.round)) await this.repeatSome(kind, entries);
    } finally {
      this.isRunning = false;
    }
    if (this.size === 0) this.stop();
  }

  /**
   * Those of one partition, some at a time. Where its server can't answer, they are due at the next tick. Where it refuses some
   * of them, these are, each by itself.
   */
  private async repeatSome(kind: JournalledKind, entries: readonly JournalledRevocation[]): Promise<void> {
    for (let from = 0; from < entries.length; from += AT_ONCE) {
      const some = entries.slice(from, from + AT_ONCE).filter(({ id }) => kind.entries.has(id));
      if (some.length === 0) continue;
      const { round } = this;
      const startedAt = performance.now();
      try {
        await kind.repeat(some);
        for (const entry of some) Object.assign(entry, { round, isAlone: false });
      } catch (error) {
        if (!concernsOneCall(error)) return;
        for (const entry of some) entry.isAlone = true;
      }
      const rest = Math.max(REST_FACTOR * (performance.now() - startedAt), SHORTEST_REST_MS);
      await pause(rest);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function secondsNow(): number {
  return Math.floor(performance.now() / 1000);
}
