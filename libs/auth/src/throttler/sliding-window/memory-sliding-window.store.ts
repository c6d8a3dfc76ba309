import type { Clock } from '../../kernel/clock.js';
import { randomId } from '../../kernel/opaque.js';
import { ExpiringMap } from '../../memory/expiring-map.js';
import type { Sweepable } from '../../memory/sweeper.js';
import type { Answered } from '../../redis/joint/turn-batch.js';
import { BoundedMemoryWindow } from './bounded-memory-window.js';
import { ExactMemoryWindow } from './exact-memory-window.js';
import type { GatehouseThrottlerModuleOptions } from '../throttler.options.js';
import type { MemoryWindow } from './memory-window.js';
import {
  type HitSequence,
  NO_HITS,
  type SequenceVerdicts,
  SlidingWindowStore,
  type WindowContent,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';
import { WindowTable } from './window-table.js';

const MAX_GENERATIONS = 100_000;

/** Bounds of a {@link MemorySlidingWindowStore}. */
export type MemorySlidingWindowOptions = Exclude<
  NonNullable<GatehouseThrottlerModuleOptions['memory']>,
  true
>;

/** Sliding windows of one process. Each verb runs without a pause inside, which makes it atomic. */
export class MemorySlidingWindowStore extends SlidingWindowStore implements Sweepable {
  private readonly tables: Readonly<Record<WindowContent, WindowTable>>;
  private readonly generations: ExpiringMap<string, string>;
  private readonly startedAt: number;

  constructor(
    private readonly clock: Clock,
    { maxWindows = 100_000 }: MemorySlidingWindowOptions = {},
  ) {
    super();
    this.startedAt = clock.now() - clock.elapsed();
    const now = (): number => this.now();
    this.tables = {
      requests: new WindowTable({ now, maxWindows, whenFull: 'forget' }),
      logins: new WindowTable({ now, maxWindows, whenFull: 'forget' }),
      failures: new WindowTable({ now, maxWindows, whenFull: 'refuse' }),
    };
    this.generations = new ExpiringMap({ clock, maxEntries: MAX_GENERATIONS, whenFull: 'evict-oldest' });
  }

  /** Windows held. */
  get size(): number {
    return Object.values(this.tables).reduce((sum, { size }) => sum + size, 0);
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    return this.decide(hits).verdicts;
  }

  /** At once. A proviso is about another store. */
  override hitInSequence<Result>(
    { first, proviso, second }: HitSequence,
    asker: Answered<SequenceVerdicts, Result>,
  ): Result | Promise<Result> | undefined {
    if (proviso !== undefined) return undefined;
    const { verdicts, isAdmitted } = this.decide(first);
    const ofSecond = isAdmitted ? this.decide(second).verdicts : undefined;
    return asker.answered({ first: verdicts, holds: isAdmitted, second: ofSecond });
  }

  private decide(hits: readonly WindowHit[]): Decision {
    if (hits.length === 0) return NOTHING_ASKED;
    const nowUs = this.now() * 1000;
    const looks = hits.map((hit) => this.look(hit, nowUs));
    const refused = refusedKeys(looks);
    // Before the first window is written: what can't be kept must not be counted by half.
    this.makeRoomFor(looks, refused);
    const verdicts = looks.map((seen) => this.settle(seen, !refused.includes(seen.hit.key), nowUs));
    return { verdicts, isAdmitted: refused.length === 0 };
  }

  /**
   * Adds units that were admitted elsewhere, oldest first and none of them before the newest one here; `at` is by the clock that
   * nobody can set. @throws AuthError `store_unavailable`
   */
  recall(hit: WindowHit, spent: readonly { readonly at: number; readonly units: number }[]): void {
    const spanUs = hit.windowMs * 1000;
    const window = this.viewOf(hit, this.now() * 1000);
    for (const { at, units } of spent) {
      const atUs = (this.startedAt + at) * 1000;
      window.used(atUs, spanUs);
      window.spend(atUs, spanUs, units);
    }
    const [table, name] = [this.tableOf(hit), nameOf(hit)];
    table.makeRoomFor([name]);
    table.set(name, window, Math.max(millis(window.emptyAt(spanUs)), table.expiryOf(name)), hit.limit);
  }

  async reward(id: WindowId, units: number): Promise<void> {
    this.tableOf(id).get(nameOf(id))?.reward(units);
    this.tableOf(id).settle(nameOf(id));
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    const window = this.tableOf(id).get(nameOf(id)) ?? newWindow(id);
    this.shut(id, window, durationMs, Number.POSITIVE_INFINITY);
  }

  async reset(id: WindowId): Promise<void> {
    this.tableOf(id).delete(nameOf(id));
  }

  async renew(key: string, lifetimeMs: number): Promise<void> {
    this.generations.set(key, randomId(9), this.clock.now() + lifetimeMs);
  }

  async generation(key: string): Promise<string> {
    return this.generations.get(key) ?? '';
  }

  async peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const nowUs = this.now() * 1000;
    const window = this.viewOf({ ...id, windowMs }, nowUs);
    return {
      used: window.used(nowUs, windowMs * 1000),
      blockedMs: millis(Math.max(0, window.blockedUntilUs - nowUs)),
    };
  }

  sweep(): void {
    for (const table of Object.values(this.tables)) table.sweep();
    this.generations.sweep();
  }

  /** Epoch ms by the clock that nobody can set: a limit neither opens nor stays shut because somebody set the other. */
  private now(): number {
    return this.startedAt + Math.floor(this.clock.elapsed());
  }

  private makeRoomFor(looks: readonly Look[], refused: readonly string[]): void {
    if (looks.every(({ hit }) => this.tableOf(hit).hasRoomFor(looks.length))) return;
    const counted = looks.filter(({ passes, hit }) => passes && !refused.includes(hit.key));
    // What may refuse comes first: nothing is forgotten for a call that isn't counted.
    for (const content of ['failures', 'logins', 'requests'] as const)
      this.tables[content].makeRoomFor(
        counted.filter(({ hit }) => contentOf(hit) === content).map(({ name }) => name),
      );
  }

  private settle({ window, name, hit, used, passes }: Look, admits: boolean, nowUs: number): WindowVerdict {
    const spanUs = hit.windowMs * 1000;
    if (!passes) {
      const waitMs = Math.max(1, millis(waitUsOf(window, hit, used, nowUs)));
      if (hit.blockMs > 0 && window.blockedUntilUs <= nowUs)
        this.shut(hit, newWindow(hit), hit.blockMs, hit.limit);
      return { outcome: 'refused', used: used + hit.cost, waitMs };
    }
    if (!admits) return { outcome: 'uncounted', used };
    const resetMs = Math.max(1, millis(window.exit(1, nowUs, spanUs) - nowUs));
    window.spend(nowUs, spanUs, hit.cost);
    this.tableOf(hit).set(name, window, millis(window.emptyAt(spanUs)), hit.limit);
    return { outcome: 'admitted', used: used + hit.cost, resetMs };
  }

  private shut(id: WindowId, window: MemoryWindow, durationMs: number, limit: number): void {
    const table = this.tableOf(id);
    const name = nameOf(id);
    const until = this.now() + durationMs;
    window.blockedUntilUs = until * 1000;
    table.makeRoomFor([name]);
    table.set(name, window, window.units > 0 ? Math.max(until, table.expiryOf(name)) : until, limit);
  }

  private look(hit: WindowHit, nowUs: number): Look {
    const name = nameOf(hit);
    const window = this.viewOf(hit, nowUs, name);
    const used = window.used(nowUs, hit.windowMs * 1000);
    const passes = window.blockedUntilUs <= nowUs && used + hit.cost <= hit.limit;
    return { window, name, hit, used, passes };
  }

  private viewOf(id: WindowId & Pick<WindowHit, 'windowMs'>, nowUs: number, name = nameOf(id)): MemoryWindow {
    return (
      this.tableOf(id)
        .get(name)
        ?.view(nowUs, id.windowMs * 1000) ?? newWindow(id)
    );
  }

  private tableOf(id: WindowId): WindowTable {
    return this.tables[contentOf(id)];
  }
}

interface Decision {
  readonly verdicts: readonly WindowVerdict[];
  /** No window that counts refused. */
  readonly isAdmitted: boolean;
}

const NOTHING_ASKED: Decision = Object.freeze({ verdicts: NO_HITS, isAdmitted: true });

interface Look {
  readonly window: MemoryWindow;
  readonly name: string;
  readonly hit: WindowHit;
  readonly used: number;
  readonly passes: boolean;
}

/** The keys of which nothing is spent. */
function refusedKeys(looks: readonly Look[]): readonly string[] {
  let refused: string[] | undefined;
  for (const { passes, hit } of looks) if (!passes && hit.dryRun !== true) (refused ??= []).push(hit.key);
  return refused ?? NO_HITS;
}

function waitUsOf(window: MemoryWindow, hit: WindowHit, used: number, nowUs: number): number {
  const spanUs = hit.windowMs * 1000;
  const isBlocked = window.blockedUntilUs > nowUs;
  const blockedUs = isBlocked ? window.blockedUntilUs - nowUs : hit.blockMs * 1000;
  if (hit.cost > hit.limit) return Math.max(spanUs, blockedUs);
  const lacking = used + hit.cost - hit.limit;
  // A block that begins now will have emptied the window.
  if (lacking <= 0 || (!isBlocked && hit.blockMs > 0)) return blockedUs;
  return Math.max(window.exit(lacking, nowUs, spanUs) - nowUs, blockedUs);
}

function newWindow({ precision }: WindowId): MemoryWindow {
  return precision === 'bounded' ? new BoundedMemoryWindow() : new ExactMemoryWindow();
}

function nameOf({ name, key, precision }: WindowId): string {
  // With its length, since a name may have a colon as well.
  return `${precision === 'bounded' ? 'b' : 'e'}:${name.length}:${name}:${key}`;
}

function contentOf({ counts = 'requests' }: WindowId): WindowContent {
  return counts;
}

function millis(us: number): number {
  return Math.ceil(us / 1000);
}
