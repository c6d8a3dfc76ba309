import type { Duration } from '../kernel/duration.js';
import type { RedisConnection } from './redis-connection.js';

/** What TLS to Redis needs besides a `rediss` URL. Certificates are always verified. */
type RedisTlsOptions = {
  /** PEM of the certificates that are trusted, instead of those of the well-known authorities. */
  readonly ca?: string;
  /** PEM of our certificate and those above it, for servers that ask for one. Needs `key`. */
  readonly cert?: string;
  /** PEM of the private key of `cert`, not encrypted. */
  readonly key?: string;
  /** Name that the servers' certificates have to hold. @default the host that is connected to */
  readonly serverName?: string;
};

/** How the sentinels are spoken to. What stands in the URL is for the servers they watch. */
type RedisSentinelOptions = {
  /** ACL user of the sentinels. Needs `password`. */
  readonly username?: string;
  /** Password of the sentinels. */
  readonly password?: string;
  /** TLS to the sentinels; `false`: none, although the servers have it. @default as to the servers */
  readonly tls?: false | RedisTlsOptions;
};

/** Where Redis is. Give `url` for a connection of our own, or `client` for one of yours, which is never closed by us. */
type RedisConnectionOptions = {
  /** `redis://`, `rediss://`, `redis+cluster://h:p,h:p` or `redis+sentinel://h:p,h:p/name` (and their TLS variants). */
  readonly url?: string;
  /** Certificates for a `rediss` URL. */
  readonly tls?: RedisTlsOptions;
  /** Passwords and certificates of the sentinels of a `+sentinel` URL. */
  readonly sentinel?: RedisSentinelOptions;
  /** An ioredis `Redis` or `Cluster` of the host. */
  readonly client?: RedisConnection;
  /** What every key of ours starts with; set it when several apps share one Redis. @default 'gatehouse' */
  readonly keyPrefix?: string;
  /** Deadline of one Redis call, redirections included; after it the answer is 503. @default '200ms' */
  readonly deadline?: Duration;
};

/** The URL of a Redis, an ioredis client, or either with further options. */
export type RedisOptions = string | RedisConnection | RedisConnectionOptions;

/** A group of options, for the file that reads it. */
export type RedisGroup<Name extends 'tls' | 'sentinel'> = NonNullable<RedisConnectionOptions[Name]>;
