import type { ClusterOptions, RedisOptions as IoRedisOptions } from 'ioredis';
import { reconnectDelayMs } from '../lasting.js';
import type { RedisAddress } from '../redis-url.js';
import type { RedisTlsSettings } from './tls.settings.js';

export const CONNECT_TIMEOUT_MS = 2000;
/** A server that owes an answer for so long is gone, though the network said nothing: the connection is replaced. */
const SILENCE_MS = 2000;
/** Pause between two attempts to find a server that takes writes. */
const LEAVE_EVERY_MS = 1000;
/** How long ioredis waits for a socket to close, also for one that is closed already; the process can't end meanwhile. */
const DISCONNECT_TIMEOUT_MS = 100;

type NodeOptions = ReturnType<typeof nodeOptions>;

/** Options of a connection to one server, whichever topology it belongs to. */
export function nodeOptions({ username, password, tls, certificates }: RedisAddress) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelayMs,
    reconnectOnError: leavesReplicas(),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: password.reveal() }),
    ...(tls && { tls: tlsOptions(certificates) }),
  } satisfies IoRedisOptions;
}

/** What a connection by way of sentinels needs besides {@link nodeOptions}. */
export function sentinelOptions(address: RedisAddress) {
  const { nodes, masterName, tls } = address;
  const { username, password, tls: sentinelTLS } = sentinelAccess(address);
  return {
    sentinels: [...nodes],
    ...(masterName !== undefined && { name: masterName }),
    ...(tls && { enableTLSForSentinelMode: true }),
    ...(sentinelTLS !== undefined && { sentinelTLS }),
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    sentinelRetryStrategy: reconnectDelayMs,
    // Connections to sentinels don't know of `socketTimeout`.
    sentinelCommandTimeout: SILENCE_MS,
    failoverDetector: true,
  } satisfies IoRedisOptions;
}

/** What sentinels are shown. The credentials of the URL are for the servers they watch. */
export function sentinelAccess({ tls, certificates, sentinel = {} }: RedisAddress) {
  const { username, password, tls: own = certificates } = sentinel;
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: password.reveal() }),
    ...(tls && own !== false && { tls: tlsOptions(own) }),
  } satisfies IoRedisOptions;
}

/** Options of a connection to a Cluster. */
export function clusterOptions({ lazyConnect, enableOfflineQueue, ...redisOptions }: NodeOptions) {
  return {
    lazyConnect,
    enableOfflineQueue,
    redisOptions,
    clusterRetryStrategy: reconnectDelayMs,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    // Commands with several keys are refused as long as their slot moves: GuardedRedis.values() has another way then.
    retryDelayOnTryAgain: 10,
    // Together a deadline: who waits for longer has been refused.
    maxRedirections: 5,
    slotsRefreshTimeout: 2000,
    // ioredis asks for the address and goes on with that; certificates hold names.
    ...('tls' in redisOptions && { dnsLookup: (host, found) => found(null, host) }),
  } satisfies ClusterOptions;
}

function tlsOptions({ ca, cert, key, serverName }: RedisTlsSettings = {}) {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key: key.reveal() }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

/**
 * After a failover an old master answers READONLY, and reconnecting finds the new one. Where there is none, reads go on with
 * this one: so not with every answer.
 */
function leavesReplicas(): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    // Redis 6.2 says something in front of it where a script has written.
    const leaves = message.includes('READONLY') && performance.now() - leftAt > LEAVE_EVERY_MS;
    if (leaves) leftAt = performance.now();
    return leaves;
  };
}
