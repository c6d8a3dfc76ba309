// better-auth by its Nest integration, doing the same job: a session that can be revoked, kept in Redis (its "secondary
// storage"), a limit for addresses, a role. Its own limiter is for its own routes, so the limit is Nest's on the published storage.
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { publishedThrottler } from './published-throttler.mjs';

export async function betterAuth(url) {
  const [{ betterAuth: create }, { admin, bearer }, { memoryAdapter }, { AuthModule, Roles }] =
    await Promise.all([
      import('better-auth'),
      import('better-auth/plugins'),
      import('better-auth/adapters/memory'),
      import('@thallesp/nestjs-better-auth'),
    ]);
  const client = new Redis(url);
  const auth = create({
    baseURL: 'http://127.0.0.1:3000',
    secret: 'a lasting secret of the benchmarks, long enough',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    secondaryStorage: {
      get: (key) => client.get(key),
      set: (key, value, ttl) => (ttl ? client.set(key, value, 'EX', ttl) : client.set(key, value)),
      delete: (key) => client.del(key),
    },
    plugins: [bearer(), admin()],
  });
  const module = {
    imports: [publishedThrottler(new Redis(url)), AuthModule.forRoot({ auth })],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  };
  return {
    module,
    tokens: (_app, count) => sessionsOf(auth, count),
    route: [Roles(['reader'])],
    bodyParser: false,
  };
}

async function sessionsOf(auth, count) {
  const { internalAdapter } = await auth.$context;
  const tokens = [];
  for (let at = 0; at < count; at += 1) {
    const user = await internalAdapter.createUser({
      email: `user-${at}@bench.test`,
      name: `user-${at}`,
      role: 'reader',
      emailVerified: true,
    });
    tokens.push((await internalAdapter.createSession(user.id)).token);
  }
  return tokens;
}
