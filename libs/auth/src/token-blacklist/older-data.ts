import type { GuardedRedis } from '../redis/guarded-redis.js';
import type { UncheckedRedis } from '../redis/outage/loss-watch.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { nameOfIssuer } from './foreign/not-before.js';
import { raiseEpochScript } from './scripts/raise-epoch.lua.js';
import { raiseIssuerScript } from './scripts/raise-issuer.lua.js';
import type { TokenBlacklistSettings } from './token-blacklist.settings.js';

/**
 * Refuses everything issued so far when Redis came back with older data: a snapshot doesn't know what was revoked after
 * it was taken, nor which refresh tokens were used. @param onRaised told of it, once by each instance that noticed.
 */
export function refuseOlderData(
  redis: GuardedRedis,
  settings: TokenBlacklistSettings,
  onRaised: () => void,
): void {
  const partitions = SubjectKeys.ofEveryPartition(redis.keySpace);
  const { sessionLifetimeMs, accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil, foreign } =
    settings;
  const terms = [sessionLifetimeMs + accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil];
  const raise = async (keys: SubjectKeys, server: string, unchecked: UncheckedRedis): Promise<void> => {
    const own = [keys.globalEpoch, keys.feed, keys.globalMark, keys.revision];
    const named = [...own, keys.raisedFor, keys.handedOut];
    const revision = await unchecked.run(raiseEpochScript, named, [server, ...terms]);
    redis.saw(keys.revision, Number(revision));
    await raiseIssuer(keys, server, unchecked);
  };
  const raiseIssuer = async (keys: SubjectKeys, server: string, unchecked: UncheckedRedis): Promise<void> => {
    if (foreign === undefined) return;
    const { beginning, raisedFor, longestLifetime } = keys.ofIssuer(nameOfIssuer(foreign.issuer));
    const args = [server, foreign.clockToleranceMs, accessTokenLifetimeMs];
    const named = [beginning, raisedFor, keys.revision, longestLifetime];
    const revision = await unchecked.run(raiseIssuerScript, named, args);
    redis.saw(keys.revision, Number(revision));
  };
  redis.losses.protect({
    revisions: partitions.map(({ revision }) => revision),
    async onLoss(server, unchecked) {
      await Promise.all(partitions.map((keys) => raise(keys, server, unchecked)));
      onRaised();
    },
  });
}
