import type { Redis } from 'ioredis';
import { LastError } from '../outage/last-error.js';
import type { RedisConnection } from '../redis-connection.js';
import type { RedisAddress } from '../redis-url.js';
import { hearEndingOf } from './heard-ending.js';
import { nodeOptions, sentinelAccess } from './client-options.js';

const PATIENCE_MS = 1000;

/** A connection that the library opened, and that can say what keeps it from being ready. */
export interface OwnConnection extends RedisConnection {
  /** What a server, or the way to it, has against us; `undefined` when nothing was found in a second. Never rejects. */
  whyUnreachable(): Promise<unknown>;
}

/** Whether a connection is ours, rather than the host's. */
export function isOwn(connection: RedisConnection): connection is OwnConnection {
  return 'whyUnreachable' in connection;
}

/**
 * Lets a connection explain itself. A Cluster client, or one by way of sentinels, says no more than that all servers are
 * unreachable; so each server of the URL is asked directly, once, when somebody wants to know.
 */
export function explaining<Connection extends RedisConnection>(
  connection: Connection,
  address: RedisAddress,
): Connection & OwnConnection {
  const lastError = LastError.of(connection);
  const whyUnreachable = async (): Promise<unknown> => {
    const failures = await Promise.all((await probes(address)).map(failureOf));
    const found = failures.filter((failure) => failure !== undefined);
    // One server may be down while another has a reason to refuse us.
    return found.find((failure) => !isSystemError(failure)) ?? found[0] ?? lastError.said;
  };
  return Object.assign(connection, { whyUnreachable });
}

/** A client for each server of the URL, which are sentinels where there are any. */
async function probes(address: RedisAddress): Promise<Redis[]> {
  const ioredis = await import('ioredis');
  const options = nodeOptions(address);
  const { username: _username, password: _password, tls: _tls, ...open } = options;
  const access = address.topology === 'sentinel' ? { ...open, ...sentinelAccess(address) } : options;
  return address.nodes.map((node) => new ioredis.Redis({ ...access, ...node }));
}

/** What keeps one client from being ready. */
async function failureOf(client: Redis): Promise<unknown> {
  const failure = await new Promise<unknown>((resolve) => {
    client.on('error', resolve).once('ready', () => resolve(undefined));
    setTimeout(() => resolve(undefined), PATIENCE_MS).unref();
    client.connect().catch(() => {});
  });
  hearEndingOf(client);
  client.disconnect();
  return failure;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
