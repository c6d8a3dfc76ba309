import { RedisScript } from '../../redis/redis-script.js';

/** The time of the server that holds a key. KEYS 1 any key of the partition. Reply: epoch ms. */
export const readTimeScript = new RedisScript('read-time', 'return now_ms()');
