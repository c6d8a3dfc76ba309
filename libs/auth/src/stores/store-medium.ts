import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Sweeper } from '../memory/sweeper.js';
import { evictionPolicyOf } from '../redis/eviction-policy.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { openRedis } from '../redis/open-redis.js';
import { isRedisAddress, type RedisSettings } from '../redis/redis.settings.js';

const QUIT_TIMEOUT_MS = 1000;

/** What the stores of this module live on: Redis, or this process's memory. Opened once, closed at shutdown. */
export class StoreMedium implements OnModuleInit, OnApplicationShutdown {
  /** The one timer of the memory stores. */
  readonly sweeper = new Sweeper();

  private constructor(
    /** `undefined`: the stores are in memory. */
    readonly redis: GuardedRedis | undefined,
    private readonly isOurs: boolean,
  ) {}

  /** Opens the medium that the settings describe; waits a moment for Redis, but boots without it too (503 meanwhile). */
  static async open(settings: RedisSettings | undefined): Promise<StoreMedium> {
    if (settings === undefined) return new StoreMedium(undefined, false);
    const { source, keyPrefix, deadlineMs } = settings;
    const isOurs = isRedisAddress(source);
    const connection = isOurs ? await openRedis(source) : source;
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace(keyPrefix), deadlineMs });
    return new StoreMedium(redis, isOurs);
  }

  /** Tells operators what they would want to know about the medium. */
  async onModuleInit(): Promise<void> {
    const logger = new Logger('Gatehouse');
    if (this.redis === undefined) {
      logger.log('Stores are in memory: sessions, revocations and limits do not span processes or restarts.');
      return;
    }
    if (!this.redis.isUsable) {
      logger.warn('Redis is not reachable yet; requests that need it answer 503 until it is.');
      return;
    }
    const policy = await evictionPolicyOf(this.redis);
    if (policy === undefined || policy === 'noeviction') return;
    logger.warn(
      `maxmemory-policy of Redis is ${policy}: an evicted revocation revives a token; use noeviction.`,
    );
  }

  /** HTTP has drained by now. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Ends what was opened. A client of the host's is left alone. */
  async close(): Promise<void> {
    this.sweeper.stop();
    this.redis?.closeSubscribers();
    if (this.redis === undefined || !this.isOurs) return;
    const { connection } = this.redis;
    const late = new Promise((resolve) => {
      setTimeout(resolve, QUIT_TIMEOUT_MS).unref();
    });
    await Promise.race([connection.quit().catch(() => {}), late]);
    connection.disconnect();
  }
}
