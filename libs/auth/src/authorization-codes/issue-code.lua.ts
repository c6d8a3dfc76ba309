import { RedisScript } from '../redis/redis-script.js';

/**
 * Keeps an authorization code. A full server refuses it.
 *
 * KEYS 1 the code, a hash. ARGV 1 whose it is, 2 what it stands for, 3 ms to keep it.
 */
export const issueCodeScript = new RedisScript(
  'issue-code',
  `
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'content', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
`,
);
