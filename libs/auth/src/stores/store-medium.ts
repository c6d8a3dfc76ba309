import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { withinDeadline } from '../kernel/deadline.js';
import { Sweeper } from '../memory/sweeper.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { openRedis } from '../redis/open-redis.js';
import type { RedisUses } from '../redis/opening/rights.js';
import { ProvisionalRedis } from '../redis/provisional-redis.js';
import { reportOn } from './redis-report.js';
import { isRedisAddress, type RedisSettings } from '../redis/redis.settings.js';

const QUIT_TIMEOUT_MS = 1000;

/** What the stores of this module live on: Redis, or this process's memory. Opened once, closed at shutdown. */
export class StoreMedium implements OnModuleInit, OnApplicationShutdown {
  /** The one timer of the memory stores. */
  readonly sweeper = new Sweeper();

  private readonly provisional: ProvisionalRedis | undefined;
  private readonly end = new AbortController();

  private constructor(
    /** `undefined`: the stores are in memory. */
    readonly redis: GuardedRedis | undefined,
    private readonly isOurs: boolean,
    private readonly uses: RedisUses,
  ) {
    this.provisional = redis !== undefined && isOurs ? new ProvisionalRedis(redis) : undefined;
  }

  /** Opens the medium that the settings describe; waits a moment for Redis, but boots without it too (503 meanwhile). */
  static async open(settings: RedisSettings | undefined, uses: RedisUses): Promise<StoreMedium> {
    if (settings === undefined) return new StoreMedium(undefined, false, uses);
    const { source, keyPrefix, deadlineMs } = settings;
    const isOurs = isRedisAddress(source);
    const connection = isOurs ? await openRedis(source) : source.reveal();
    const keySpace = new KeySpace(keyPrefix);
    const redis = new GuardedRedis(connection, { keySpace, deadlineMs, isReportedLater: true });
    return new StoreMedium(redis, isOurs, uses);
  }

  /** Logs what operators should know about the medium. */
  async onModuleInit(): Promise<void> {
    await this.provisional?.settle();
    const logger = new Logger('Gatehouse');
    if (this.redis === undefined) {
      logger.log('Stores are in memory: sessions, revocations and limits do not span processes or restarts.');
      return;
    }
    const { uses, end } = this;
    await reportOn(this.redis, { uses, warn: (line) => logger.warn(line), end: end.signal });
  }

  /** HTTP has drained by now. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Closes our own connections. A client that the host gave us stays open. */
  async close(): Promise<void> {
    this.end.abort();
    this.sweeper.stop();
    this.provisional?.end();
    this.redis?.close();
    if (this.redis === undefined || !this.isOurs) return;
    const connection = this.redis.rawConnection();
    const late = (): Error => new Error('Redis did not answer QUIT');
    await withinDeadline(() => connection.quit(), QUIT_TIMEOUT_MS, late).catch(() => {});
    connection.disconnect();
  }
}
