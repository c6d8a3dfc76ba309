// The limit of addresses that every case has, and the storage that peers count it in.
import { seconds, ThrottlerModule } from '@nestjs/throttler';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';

/** More than the load ever sends, so a 429 would be a mistake. */
export const LIMIT = 1_000_000;

export const publishedThrottler = (client) =>
  ThrottlerModule.forRoot({
    throttlers: [{ limit: LIMIT, ttl: seconds(60) }],
    storage: new ThrottlerStorageRedisService(client),
  });
