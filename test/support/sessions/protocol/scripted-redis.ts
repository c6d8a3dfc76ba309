import type { GuardedRedis } from '../../../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../../../libs/auth/src/redis/key-space.js';
import type { RedisScript } from '../../../../libs/auth/src/redis/redis-script.js';
import { RedisSessionStore } from '../../../../libs/auth/src/sessions/redis-session.store.js';
import { RedisTokenBlacklistStore } from '../../../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import type { TokenBlacklistSettings } from '../../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import type { Verb } from './verbs.js';
import type { Run } from './world-server.js';

export const KEY_SPACE = new KeySpace('w');

/** What a verb asks of Redis next. */
export type Question = Pick<Run, 'script' | 'names' | 'args'>;

/** Where a verb stands after some replies: it asks further, or is through. */
export type Progress<Answer> = { readonly asks: Question } | { readonly answer: Answer };

/**
 * How far a verb of the Redis stores comes with these replies. It is begun anew each time, so it can be left at any question, by whoever
 * crashes, and taken up again in any other world.
 * @param partition the hash tag of the subject; what is done in other partitions concerns nobody here
 */
export async function progressOf<Answer>(
  verb: Verb<Answer>,
  replies: readonly unknown[],
  { settings, partition }: { readonly settings: TokenBlacklistSettings; readonly partition: string },
): Promise<Progress<Answer>> {
  let place = 0;
  let ask: (progress: Progress<Answer>) => void;
  const asked = new Promise<Progress<Answer>>((resolve) => (ask = resolve));
  const question = (script: string, names: readonly string[], args: readonly unknown[]): unknown => {
    if (place < replies.length) return replies[place++];
    ask({ asks: { script, names, args: args as Question['args'] } });
    // Whoever asks several things at once is given the replies one after the other.
    place = Infinity;
    return new Promise(() => {});
  };
  const calls = {
    keySpace: KEY_SPACE,
    isCluster: false,
    deadlineMs: 0,
    saw: () => {},
    changes: { follow: () => {} },
    run: async ({ name }: RedisScript, names: readonly string[], args: readonly unknown[]) =>
      names[0]?.includes(`{${partition}}`) === true ? question(name, names, args) : [0, 0],
    call: async (...command: readonly unknown[]) => question('call', [], command),
    values: async (names: readonly string[]) => question('call', [], ['MGET', ...names]),
  };
  const redis = { ...calls, unasked: calls, joint: calls } as unknown as GuardedRedis;
  const blacklist = new RedisTokenBlacklistStore(redis, settings);
  blacklist.journal.close();
  const sessions = new RedisSessionStore(redis, settings);
  const through = verb({ sessions, blacklist }).then((answer) => ({ answer }));
  return Promise.race([through, asked]);
}
