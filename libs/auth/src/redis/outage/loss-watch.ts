import { aboutServerScript } from './about-server.lua.js';
import type { RedisCalls } from '../calls.js';
import type { RedisConnection } from '../redis-connection.js';
import { TurnBatch } from '../joint/turn-batch.js';
import { listen, unlisten } from './listeners.js';
import { CONNECTED } from './server-of.js';

/** Sends to Redis within a deadline, without waiting for {@link LossWatch.check}. */
export interface UncheckedRedis extends Pick<RedisCalls, 'values' | 'run' | 'saw'> {
  readonly connection: RedisConnection;
  /** Less was found than had been seen. */
  missed(): void;
}

/** What a {@link LossWatch} looks after. */
export interface Watched {
  /** Counters that grow with every write that must not be lost; on a Cluster, one for each hash tag. */
  readonly revisions: readonly string[];
  /** Told when a server came back with less than was seen; `server` names that one start of it. */
  onLoss(server: string, redis: UncheckedRedis): Promise<void>;
}

/** The last number that this process saw of a counter. */
export interface SeenRevision {
  readonly revision: number;
  readonly at: number;
}

// What other instances wrote is seen so soon.
const POLL_MS = 1_000;
// A connection, or that to one node of a Cluster.
const LOST = ['close', 'end', '-node'];

/**
 * Notices that a server came back with older data: a snapshot, or an append-only file that lacks the end. What this process
 * has seen is remembered as one number per counter; after each lost connection, and now and then, the numbers are read
 * again, before anything else is sent. A lower one means a loss if the server started since the number was seen. If it
 * didn't, a replica took over that lagged behind, which is nothing to act upon.
 */
export class LossWatch {
  /** Counters to be read again before anything else; most of the time none. */
  readonly doubtful = new Set<string>();
  /** How often a connection was lost. */
  suspicions = 0;
  /** How often less was found than had been seen, on a server that had restarted. */
  found = 0;
  // It knows a connection, and these are never shown.
  readonly #redis: UncheckedRedis;
  private readonly reads: TurnBatch<string, string | null>;
  private readonly checking = new Map<string, Promise<void>>();
  private readonly acting = new Map<string, Promise<void>>();
  private watched: Watched | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Name of a server that says nothing about itself, while counters are compared. */
  private nameless: string | undefined;

  constructor(
    redis: UncheckedRedis,
    private readonly seen: Map<string, SeenRevision>,
  ) {
    this.#redis = redis;
    this.reads = new TurnBatch(
      { isCluster: redis.connection.isCluster === true },
      {
        maxSize: Infinity,
        sizeOf: () => 1,
        send: (keys) => redis.values(keys),
      },
    );
  }

  /** Begins to look after something, until {@link close}. */
  protect(watched: Watched): void {
    // When the boot fails, a provider may still ask for it.
    if (this.isClosed || this.watched !== undefined) return;
    this.watched = watched;
    this.timer = setInterval(this.look, POLL_MS).unref();
    listen(this.#redis.connection, LOST, this.suspect);
    // Others may have seen less than this instance, so it doesn't wait for a request to look.
    listen(this.#redis.connection, CONNECTED, this.look);
    this.look();
  }

  /**
   * Checks what is doubtful before a command about a key. On a Cluster the servers of other keys may be away; elsewhere there is
   * one server for all of them. @throws AuthError `store_unavailable`
   */
  settle(key: unknown): Promise<void> {
    if (this.#redis.connection.isCluster !== true || typeof key !== 'string')
      return this.check([...this.doubtful]);
    const tag = tagOf(key);
    return this.check([...this.doubtful].filter((each) => tagOf(each) === tag));
  }

  /** Compares what was seen of some counters with what is there. @throws AuthError `store_unavailable` */
  async check(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.checkOne(key)));
  }

  /** Stops looking. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    unlisten(this.#redis.connection, LOST, this.suspect);
    unlisten(this.#redis.connection, CONNECTED, this.look);
    this.watched = undefined;
    this.doubtful.clear();
  }

  /** A connection was lost: the server behind the next one may be another, or know less. */
  private readonly suspect = (): void => {
    this.suspicions += 1;
    for (const key of this.watched?.revisions ?? []) this.doubtful.add(key);
  };

  /** Checks all counters now, in the background. */
  private readonly look = (): void => {
    void Promise.allSettled((this.watched?.revisions ?? []).map((key) => this.checkOne(key)));
  };

  private checkOne(key: string): Promise<void> {
    const running = this.checking.get(key);
    if (running !== undefined) return running;
    const check = this.compare(key).finally(() => {
      this.checking.delete(key);
      if (this.checking.size === 0) this.nameless = undefined;
    });
    this.checking.set(key, check);
    return check;
  }

  private async compare(key: string): Promise<void> {
    const { suspicions } = this;
    const before = this.seen.get(key);
    const current = await this.read(key);
    if (before === undefined || current >= before.revision) this.#redis.saw(key, current);
    else await this.explain(key, before);
    if (suspicions === this.suspicions) this.doubtful.delete(key);
  }

  /** Something is missing. If the server didn't restart, it was flushed, or a replica took over that lagged behind. */
  private async explain(key: string, before: SeenRevision): Promise<void> {
    const server = await this.restartedServerOf(key, before);
    if (server !== undefined) {
      this.found += 1;
      await this.act(server);
    }
    this.#redis.missed();
    // From here on, what is there now counts.
    const current = await this.read(key);
    this.seen.delete(key);
    this.#redis.saw(key, current);
  }

  /** Once for all counters of the server. */
  private act(server: string): Promise<void> {
    const acting = this.acting.get(server) ?? this.watched?.onLoss(server, this.#redis) ?? Promise.resolve();
    this.acting.set(server, acting);
    return acting.catch((error: unknown) => {
      this.acting.delete(server);
      throw error;
    });
  }

  private async read(key: string): Promise<number> {
    return Number((await this.reads.ask(tagOf(key) ?? '', key)) ?? 0);
  }

  private async restartedServerOf(key: string, { at }: SeenRevision): Promise<string | undefined> {
    const about = String(await this.#redis.run(aboutServerScript, [key], []));
    const [, run] = /^run_id:(\w+)/m.exec(about) ?? [];
    const [, uptimeSeconds] = /^uptime_in_seconds:(\d+)/m.exec(about) ?? [];
    // One that says nothing about itself is taken for restarted: too many logins are better than revived tokens.
    if (run === undefined || uptimeSeconds === undefined) return this.nameOfNameless();
    // Redis counts the seconds that began, so up to one more than have passed.
    return (Number(uptimeSeconds) - 1) * 1000 < performance.now() - at ? run : undefined;
  }

  /** One for all counters that are lower now, and another after the next loss. */
  private nameOfNameless(): string {
    const revisions = [...this.seen.values()].map(({ revision }) => revision);
    return (this.nameless ??= `beyond ${Math.max(...revisions)}`);
  }
}

function tagOf(key: string): string | undefined {
  return /\{([^}]+)\}/.exec(key)?.[1];
}
