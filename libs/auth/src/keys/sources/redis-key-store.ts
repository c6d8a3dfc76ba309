import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { RedisSignal } from '../../redis/redis-signal.js';
import type { KeyEncryption } from './key-encryption.js';
import { KeyStore } from './key-store.js';
import { replaceKeysScript } from './replace-keys.lua.js';
import type { StoredKeys } from './stored-keys.js';

/**
 * Keeps generated keys in Redis for all instances. The record is sealed as a whole, public parts and instants included:
 * who can write to Redis but lacks the key-encryption key can neither read a key nor slip one in.
 */
export class RedisKeyStore extends KeyStore {
  private readonly key: string;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly encryption: KeyEncryption,
  ) {
    super();
    this.key = redis.keySpace.key('keys', 'signing');
  }

  async read(): Promise<StoredKeys | undefined> {
    const reply = (await this.redis.call('hmget', this.key, 'version', 'sealed')) as (string | null)[];
    const [version, sealed] = reply;
    if (typeof version !== 'string' || typeof sealed !== 'string') return undefined;
    const keys = JSON.parse(this.encryption.open(sealed, this.contextOf(version))) as StoredKeys['keys'];
    return { version: Number(version), keys };
  }

  async replace({ version, keys }: StoredKeys, seen: number): Promise<'stored' | 'outdated'> {
    const sealed = this.encryption.seal(JSON.stringify(keys), this.contextOf(String(version)));
    return (await this.redis.run(replaceKeysScript, [this.key], [seen, version, sealed])) as
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

  private contextOf(version: string): string {
    return `${this.key}:${version}`;
  }
}
