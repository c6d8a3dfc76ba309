import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { RedisSignal } from '../../redis/signals/redis-signal.js';
import { type KeyRecord, KeyStore } from './key.store.js';
import { replaceKeysScript } from './replace-keys.lua.js';

/** Keeps managed keys in Redis for all instances. */
export class RedisKeyStore extends KeyStore {
  readonly place: string;

  constructor(private readonly redis: GuardedRedis) {
    super();
    this.place = redis.keySpace.key('keys', 'signing');
  }

  async read(): Promise<KeyRecord | undefined> {
    const reply = (await this.redis.call('hmget', this.place, 'version', 'sealed')) as (string | null)[];
    const [version, sealed] = reply;
    if (typeof version !== 'string' || typeof sealed !== 'string') return undefined;
    return { version: Number(version), sealed };
  }

  async replace({ version, sealed }: KeyRecord, seen: number): Promise<'stored' | 'outdated'> {
    return (await this.redis.run(replaceKeysScript, [this.place], [seen, version, sealed])) as
      'stored' | 'outdated';
  }

  follow(onChange: () => void): () => void {
    const signal = new RedisSignal(this.redis, 'keys');
    signal.follow(onChange);
    return () => signal.close();
  }

  async announce(): Promise<void> {
    await new RedisSignal(this.redis, 'keys').send().catch(() => {});
  }
}
