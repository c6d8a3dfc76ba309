// A package that readers have, and this repository doesn't.
declare module 'supertest' {
  interface Test extends PromiseLike<{ readonly body: Record<string, unknown> }> {
    send(body: object): this;
    set(name: string, value: string): this;
    set(headers: Readonly<Record<string, string>>): this;
    expect(status: number, body?: unknown): this;
  }

  export default function request(server: unknown): {
    get(path: string): Test;
    post(path: string): Test;
    patch(path: string): Test;
  };
}

// As published: 1.2.0 and 0.5.1 declare the same, but for options beside the URL.
declare module '@nest-lab/throttler-storage-redis' {
  import type { ThrottlerStorage } from '@nestjs/throttler';
  import type { Cluster, Redis, RedisOptions } from 'ioredis';

  export class ThrottlerStorageRedisService implements ThrottlerStorage {
    redis: Redis | Cluster;
    constructor(redis?: Redis);
    constructor(cluster?: Cluster);
    constructor(options?: RedisOptions);
    constructor(url?: string, options?: RedisOptions);
    increment: ThrottlerStorage['increment'];
  }
}
