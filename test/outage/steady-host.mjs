/**
 * A host that uses all that holds connections, timers and listeners: `node --expose-gc steady-host.mjs <redis url>`, with a channel
 * (IPC). It answers `{ id, what }`, where `what` is `url`, `held` or `memory`. `bench/soak.mjs` runs it for longer.
 */
import { held, memory } from '../support/holdings.mjs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, defineAccess, UserAuthenticator } from '../../libs/auth/dist/index.js';

const [url = ''] = process.argv.slice(2);

class Users extends UserAuthenticator {
  async authenticate(username, password) {
    return password === `${username}-password` ? { subject: username, roles: ['reader'] } : undefined;
  }

  async reload(subject) {
    return { subject, roles: ['reader'] };
  }
}

// Wrong passwords count on through an outage, and nobody should have to wait for that here.
const budget = [{ failures: 1_000_000, within: '10s' }];
const auth = AuthModule.forRoot({
  issuer: 'https://auth.test',
  audience: 'https://api.test',
  secret: 'a lasting secret of the tests, long enough',
  keys: { secret: 'an HS256 secret for tests, long enough' },
  // What is kept for as long as a token lives, or up to a bound, is as much as it will be after a minute.
  accessTokens: { ttl: '30s', cache: { maxEntries: 1_000 } },
  redis: url,
  apiKeys: true,
  rbac: { source: { load: async () => defineAccess({ roles: { reader: { grants: ['*'] } } }) } },
  tokenBlacklist: { maxStaleness: '1s' },
  throttler: {
    throttlers: [
      { limit: 1_000_000, ttl: '10s', precision: 'bounded' },
      { name: 'user', by: 'user', limit: 1_000_000, ttl: '10s', precision: 'bounded' },
    ],
    credentials: { perAccountAndAddress: budget, perAddress: budget, perAccount: budget },
  },
  userAuthenticator: Users,
});

class HostModule {}
Module({ imports: [auth] })(HostModule);

const app = await NestFactory.create(HostModule, { logger: ['error'] });
// Callers say who they are: failed logins are counted by address.
app.set('trust proxy', 'loopback');
await app.listen(0, '127.0.0.1');
// Connections of callers are none of the library's: they are gone as soon as nobody uses them.
app.getHttpServer().keepAliveTimeout = 1;

const answers = { held, memory, url: () => app.getUrl() };
const answer = async ({ id, what }) => process.send({ id, answer: await answers[what]() });
process.on('message', (question) => void answer(question));
process.on('disconnect', () => process.exit(0));
