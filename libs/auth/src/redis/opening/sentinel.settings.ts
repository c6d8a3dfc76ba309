import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import { OpaqueSecret } from '../../kernel/opaque-secret.js';
import type { RedisGroup } from '../redis.options.js';
import { readRedisTls, type RedisTlsSettings } from './tls.settings.js';

/** How the sentinels are spoken to, resolved. */
export interface RedisSentinelSettings {
  readonly username?: string;
  readonly password?: OpaqueSecret;
  readonly tls?: false | RedisTlsSettings;
}

/** Reads how sentinels are spoken to; each mistake becomes a finding. @param isTls whether the URL asks for TLS */
export function readRedisSentinel(
  read: OptionReader<RedisGroup<'sentinel'>>,
  isTls: boolean,
): RedisSentinelSettings {
  const username = read.text('username', undefined);
  const password = read.text('password', undefined);
  if (read.has('username') && !read.has('password'))
    read.refuse('password', 'is required: `username` is of no use without it');
  const isOff = read.raw('tls') === false;
  const tls = isOff ? false : read.group('tls', readRedisTls, { expected: 'false or an object' });
  if (!isTls && read.has('tls')) read.refuse('tls', 'needs a `rediss+sentinel` URL');
  return Object.freeze({
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: new OpaqueSecret(password) }),
    ...(read.has('tls') && { tls }),
  });
}
