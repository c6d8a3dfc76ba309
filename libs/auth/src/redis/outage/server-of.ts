import type { RedisConnection } from '../redis-connection.js';

/** What ioredis has beyond {@link RedisConnection}, on a Cluster. */
interface ClusterConnection {
  /** Names (`host:port`) of the servers of each slot, the master first. */
  readonly slots?: readonly (readonly string[] | undefined)[];
  nodes?(): readonly ServerConnection[];
}

interface ServerConnection {
  readonly options?: { readonly host?: string; readonly port?: number };
  disconnect(reconnect?: boolean): void;
}

/** Events of a connection that was made, or of one to a node of a Cluster. */
export const CONNECTED = ['ready', '+node'];

const SLOTS = 16_384;
/** So many keys hit each server of a large Cluster, and take less than a millisecond. */
const TRIED_KEYS = 512;

/** Name of the server that answers for a key: on a Cluster the one that the slot table names, elsewhere the only one. */
export function serverOf(connection: RedisConnection, key: string | undefined): string {
  if (connection.isCluster !== true || key === undefined) return '';
  return (connection as ClusterConnection).slots?.[slotOf(key)]?.[0] ?? '';
}

/**
 * A key for each server that is known to hold slots, made by number; under '' one of a slot that no server is known to hold.
 * Elsewhere than on a Cluster there is one server, ''.
 */
export function keyOfEachServer(
  connection: RedisConnection,
  keyOf: (number: number) => string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const most = connection.isCluster === true ? TRIED_KEYS : 1;
  for (let number = 0; number < most; number++) {
    const key = keyOf(number);
    const server = serverOf(connection, key);
    if (!found.has(server)) found.set(server, key);
  }
  return found;
}

/** Names of the masters of all slots of a Cluster, as far as they are known. */
export function mastersOf(connection: RedisConnection): readonly (string | undefined)[] {
  return ((connection as ClusterConnection).slots ?? []).map((servers) => servers?.[0]);
}

/**
 * Gives up the connection to a server, so that ioredis opens another: one that went silent without being closed would
 * otherwise stay for ever.
 */
export function replaceConnection(connection: RedisConnection, server: string): void {
  if (connection.isCluster !== true) return connection.disconnect(true);
  const nodes = (connection as ClusterConnection).nodes?.() ?? [];
  const node = nodes.find(({ options }) => `${options?.host}:${options?.port}` === server);
  // The pool of a Cluster drops a connection that ended, and makes another with the next command for that server.
  node?.disconnect();
}

/** The slot of a key (Redis Cluster specification, "Key distribution model"): of its hash tag, if it has one. */
export function slotOf(key: string): number {
  const [, tag = key] = /\{([^}]+)\}/.exec(key) ?? [];
  return crc16(Buffer.from(tag)) % SLOTS;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc & 0xffff;
}
