import { Logger } from '@nestjs/common';

/** Something that keeps Redis from being used, from the first refusal to the last. */
export interface Trouble {
  /** For operators; never a secret. */
  readonly reason: string;
  /** Nothing can be asked, rather than some things. */
  readonly isOutage: boolean;
  /** Epoch in milliseconds. */
  readonly since: number;
  /** Calls that were refused since; not what this process asks by itself. */
  readonly refused: number;
}

type TroubleKind = Pick<Trouble, 'reason' | 'isOutage'>;

interface NotedTrouble extends Trouble {
  reason: string;
  refused: number;
  readonly startedAt: number;
  lastAt: number;
  /** Whether operators know of it. */
  isTold: boolean;
}

// What comes and goes within this time is one trouble: on a Cluster some calls succeed while others don't.
const OUTAGE_OVER_AFTER_MS = 1_000;
// Where only some commands are refused (writes, say), others that pass say nothing of those.
const REFUSALS_OVER_AFTER_MS = 30_000;

/**
 * What is wrong with Redis, as far as this process sees it. Each trouble is two lines of the log, however many calls it
 * refuses: one when it begins and one when calls pass again.
 */
export class Troubles {
  /** By kind; empty when all is well, which callers look at first. */
  readonly known = new Map<string, Readonly<Trouble>>();
  private readonly noted: Map<string, NotedTrouble> = this.known as Map<string, NotedTrouble>;
  private readonly logger = new Logger('Gatehouse');

  /** @param isHeldBack whether nothing is told before {@link tellAll} */
  constructor(private isHeldBack = false) {}

  /** Something was refused, or found to be. */
  note(kind: string, trouble: TroubleKind): void {
    const noted = this.noted.get(kind) ?? this.begin(kind, trouble);
    noted.lastAt = performance.now();
    if (!this.isHeldBack) this.tell(noted);
  }

  /** A call was refused. */
  count(kind: string): void {
    const noted = this.noted.get(kind);
    if (noted !== undefined) noted.refused += 1;
  }

  /** A trouble begins, or has begun, that operators were told of in other words. */
  noteTold(kind: string, trouble: TroubleKind): void {
    const noted = this.noted.get(kind) ?? this.begin(kind, trouble);
    if (!noted.isTold) noted.reason = trouble.reason;
    noted.isTold = true;
  }

  /** Tells what was held back, and holds nothing back any more. */
  tellAll(): void {
    this.isHeldBack = false;
    for (const noted of this.noted.values()) this.tell(noted);
  }

  /** A call was answered. */
  passed(): void {
    const now = performance.now();
    for (const [kind, { reason, isOutage, startedAt, lastAt, refused, isTold }] of this.noted) {
      if (now - lastAt < (isOutage ? OUTAGE_OVER_AFTER_MS : REFUSALS_OVER_AFTER_MS)) continue;
      this.noted.delete(kind);
      const seconds = ((lastAt - startedAt) / 1000).toFixed(1);
      if (isTold)
        this.logger.log(
          `Redis can be used again after ${seconds} s (${reason}); ${refused} calls were refused.`,
        );
    }
  }

  private begin(kind: string, trouble: TroubleKind): NotedTrouble {
    const now = performance.now();
    const noted = { ...trouble, since: Date.now(), startedAt: now, lastAt: now, refused: 0, isTold: false };
    this.noted.set(kind, noted);
    return noted;
  }

  private tell(noted: NotedTrouble): void {
    if (noted.isTold) return;
    noted.isTold = true;
    this.logger.warn(
      `Redis can't be used: ${noted.reason}. What can't be decided without it is answered 503.`,
    );
  }
}
