// The limit of addresses, as peers count it: in Redis, by the published storage.
import { seconds, ThrottlerModule } from '@nestjs/throttler';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { LIMIT } from './cases.mjs';

export const publishedThrottler = (client) =>
  ThrottlerModule.forRoot({
    throttlers: [{ limit: LIMIT, ttl: seconds(60) }],
    storage: new ThrottlerStorageRedisService(client),
  });
