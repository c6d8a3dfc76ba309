// One instance of the application as far as sessions go; commands come over IPC (see session-instances.ts).
import 'reflect-metadata';
import { Cluster, Redis } from 'ioredis';
import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import { SystemClock } from '../../../libs/auth/src/kernel/clock.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration/configuration-error.js';
import { GuardedRedis } from '../../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../../libs/auth/src/redis/key-space.js';
import { RedisSessionStore } from '../../../libs/auth/src/sessions/redis-session.store.js';
import { resolveSessionsSettings } from '../../../libs/auth/src/sessions/sessions.settings.js';
import { RedisTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { resolveTokenBlacklistSettings } from '../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import { TokenBlacklistService } from '../../../libs/auth/src/token-blacklist/token-blacklist.service.js';
import { DirectRefreshTokens } from './direct-refresh-tokens.js';
import { macOf } from './refresh-token-mac.js';
import type { InstanceCommand, InstanceReply } from './session-instances.js';

const [url = '', prefix = '', secret = ''] = process.argv.slice(2);

function connect(): Redis | Cluster {
  const scheme = 'redis+cluster://';
  if (!url.startsWith(scheme)) return new Redis(url);
  const nodes = url.slice(scheme.length).split(',');
  return new Cluster(
    nodes.map((node) => ({ host: node.split(':')[0] ?? '', port: Number(node.split(':')[1]) })),
  );
}

const connection = connect();
const redis = new GuardedRedis(connection, { keySpace: new KeySpace(prefix), deadlineMs: 10_000 });
const findings = new ConfigurationFindings();
const sessionSettings = resolveSessionsSettings({}, findings);
const settings = resolveTokenBlacklistSettings({}, findings, {
  accessTokenLifetimeMs: 905_000,
  clockToleranceMs: 5_000,
  sessionLifetimeMs: sessionSettings.longestLifetimeMs,
  longestLoginMs: 905_000,
  marksKeptUntil: 0,
});
findings.throwIfAny();
const events = new AuthEvents();
const clock = new SystemClock();
const blacklist = new TokenBlacklistService(
  new RedisTokenBlacklistStore(redis, settings),
  settings,
  events,
  clock,
);
const sessions = new DirectRefreshTokens(
  new RedisSessionStore(redis, settings),
  macOf(sessionSettings, [secret]),
  events,
);

async function untilInstant(at: number): Promise<void> {
  const left = at - Date.now();
  if (left > 0) await new Promise((done) => setTimeout(done, left));
}

async function obey(command: InstanceCommand): Promise<InstanceReply> {
  await untilInstant(command.at ?? 0);
  switch (command.verb) {
    case 'login':
      return sessions.open({
        subject: command.subject,
        clientId: 'web',
        roles: [],
        authenticatedAt: 1,
        device: {},
      });
    case 'refresh': {
      const { count, token } = command;
      return Promise.all(Array.from({ length: count }, () => sessions.rotate(token, { clientId: 'web' })));
    }
    case 'revokeSession':
      return blacklist.revokeSession(command.sessionId);
    case 'revokeSubject':
      return blacklist.revokeSubject(command.subject);
    case 'isRevoked':
      return blacklist.isRevoked(command.token);
  }
}

process.on('message', ({ id, command }: { id: number; command: InstanceCommand }) => {
  void obey(command).then(
    (reply) => process.send?.({ id, reply }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
connection.once('ready', () => process.send?.({ id: 0 }));
