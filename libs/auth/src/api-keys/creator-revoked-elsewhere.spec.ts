import { startStandalone } from '../../../../test/support/redis/index.js';
import { FOREIGN, foreignSettings } from '../../../../test/support/sessions/foreign-media.js';
import { freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { until } from '../../../../test/support/until.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { SystemClock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Principal } from '../kernel/principal.js';
import { Sweeper } from '../memory/sweeper.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { RedisForeignTokenBlacklistStore } from '../token-blacklist/foreign/redis-foreign-token-blacklist.store.js';
import { ReplicatedTokenBlacklistStore } from '../token-blacklist/replica/replicated-token-blacklist.store.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { ApiKeyService } from './api-key.service.js';
import { resolveApiKeysSettings } from './api-keys.settings.js';
import { RedisApiKeyStore } from './redis-api-key.store.js';

const settings = foreignSettings(FOREIGN, { maxStaleness: '1m' });

describe('[11-F] an API key for a user of another issuer', () => {
  it('is not created once the user was revoked elsewhere, whatever a local copy knows', async () => {
    const redis = await startStandalone();
    const sweeper = new Sweeper();
    try {
      const guarded = new GuardedRedis(await redis.connect(), {
        keySpace: freshKeySpace(),
        deadlineMs: 5_000,
      });
      const parts = [new SystemClock(), sweeper] as const;
      const here = ReplicatedTokenBlacklistStore.overForeign(guarded, settings, FOREIGN, parts);
      const elsewhere = new RedisForeignTokenBlacklistStore(guarded, settings, FOREIGN);
      const events = new AuthEvents();
      const blacklist = new TokenBlacklistService(here, settings, events, parts[0]);
      const keys = resolveApiKeysSettings(true, new ConfigurationFindings(), { production: false });
      const service = new ApiKeyService(new RedisApiKeyStore(guarded), keys, blacklist, events);
      const issuedAt = Date.now() - 60_000;
      const claims: Principal['claims'] = { iss: FOREIGN.issuer };
      const creator = { subject: 'ada', clientId: 'spa', tokenId: 't', issuedAt, claims } as Principal;
      const create = () => service.create({ subject: 'ada', name: 'CI', creator });

      await here.onModuleInit();
      await create();
      await until('the copy answers', () => here.isRevoked(creator) === false);
      // It hears of nothing any more, and is not too old yet.
      here.onApplicationShutdown();
      await elsewhere.revokeSubject('ada');
      await service.revokeAll('ada');
      expect(here.isRevoked(creator)).toBe(false);
      await expect(create()).rejects.toMatchObject({ code: 'invalid_token' });
      expect(await service.list('ada')).toEqual([]);
    } finally {
      sweeper.stop();
      await redis.stop();
    }
  });
});
