const MOST_KEYS = 10_000;
const SECOND_MS = 1000;

/** How often something of one kind is told. */
export interface Quiet {
  /** What is told once: an address, say. */
  readonly key: string;
  /** For how long nothing more is told of it. @default 1000 */
  readonly quietMs?: number | undefined;
}

/**
 * Keeps back what would flood those who listen: one for each key in a while, and so many of all keys together in a second.
 * Bounded: of more keys than that the oldest are forgotten, and told once more.
 */
export class Seldom {
  private readonly quietUntil = new Map<string, number>();
  private keptBack = 0;
  private second = { began: -Infinity, told: 0 };

  constructor(
    /** A clock that nobody can set, in milliseconds. */
    private readonly elapsed: () => number,
    private readonly mostInSecond = 100,
  ) {}

  /** How many were kept back since the last one that was told; `undefined`: this one is kept back too. */
  ask({ key, quietMs = SECOND_MS }: Quiet): number | undefined {
    const now = this.elapsed();
    if (now < (this.quietUntil.get(key) ?? -Infinity) || !this.hasRoom(now)) {
      this.keptBack += 1;
      return undefined;
    }
    this.remember(key, now + quietMs);
    const before = this.keptBack;
    this.keptBack = 0;
    return before;
  }

  private hasRoom(now: number): boolean {
    if (now - this.second.began >= SECOND_MS) this.second = { began: now, told: 0 };
    return this.second.told++ < this.mostInSecond;
  }

  private remember(key: string, until: number): void {
    this.quietUntil.delete(key);
    this.quietUntil.set(key, until);
    if (this.quietUntil.size <= MOST_KEYS) return;
    const [oldest] = this.quietUntil.keys();
    if (oldest !== undefined) this.quietUntil.delete(oldest);
  }
}
