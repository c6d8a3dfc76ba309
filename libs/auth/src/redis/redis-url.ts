import { OpaqueSecret } from '../kernel/opaque-secret.js';
import type { RedisSentinelSettings } from './opening/sentinel.settings.js';
import type { RedisTlsSettings } from './opening/tls.settings.js';

/** One server of a Redis deployment. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What a Redis URL says, and what was given beside it. */
export interface RedisAddress {
  readonly topology: 'standalone' | 'cluster' | 'sentinel';
  readonly nodes: readonly RedisNode[];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: OpaqueSecret;
  /** Logical database; stand-alone and Sentinel only. */
  readonly database?: number;
  /** Name of the monitored master; Sentinel only. */
  readonly masterName?: string;
  /** What TLS needs besides the URL. */
  readonly certificates?: RedisTlsSettings;
  /** How the sentinels are spoken to; the credentials above are for the servers. */
  readonly sentinel?: RedisSentinelSettings;
}

const URL_SHAPE = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/;
const DEFAULT_PORTS = { standalone: 6379, cluster: 6379, sentinel: 26379 };

/**
 * Reads `redis://[user:pass@]host[:port][/db]`, `redis+cluster://h:p,h:p`, `redis+sentinel://h:p,h:p/name[/db]`; `rediss`
 * means TLS. Anything else is `undefined`; the text itself may hold a password and must not be shown.
 */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const match = URL_SHAPE.exec(url);
  if (match === null) return undefined;
  const [, scheme, kind, credentials, hosts = '', path = ''] = match;
  const topology = (kind ?? 'standalone') as RedisAddress['topology'];
  const nodes = hosts.split(',').map((host) => parseNode(host, DEFAULT_PORTS[topology]));
  if (!nodes.every((node) => node !== undefined)) return undefined;
  const place = parsePath(topology, path);
  const login = parseCredentials(credentials);
  if (place === undefined || login === undefined || (topology === 'standalone' && nodes.length > 1))
    return undefined;
  return Object.freeze({
    topology,
    nodes: Object.freeze(nodes),
    tls: scheme === 'rediss',
    ...login,
    ...place,
  });
}

/**
 * Names of the parameters behind the `?` of a URL that is sound without them; there are none that we know. Text that may be
 * a part of a password, since somebody forgot to encode it, is no name.
 */
export function namedParameters(url: string): readonly string[] {
  const [, base = '', query = ''] = /^([^?#]*)\?([^@#]*)$/.exec(url) ?? [];
  if (parseRedisUrl(base) === undefined) return [];
  const names = query.split('&').map((pair) => /^([\w.-]{1,40})=/.exec(pair)?.[1]);
  return names.every((name) => name !== undefined) ? names : [];
}

function parseNode(text: string, defaultPort: number): RedisNode | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host, port] = match ?? [];
  if (host === undefined || Number(port ?? defaultPort) > 65_535) return undefined;
  return Object.freeze({ host: host.replaceAll(/[[\]]/g, ''), port: Number(port ?? defaultPort) });
}

function parsePath(
  topology: RedisAddress['topology'],
  path: string,
): Pick<RedisAddress, 'database' | 'masterName'> | undefined {
  const parts = path === '' ? [] : path.split('/');
  const masterName = topology === 'sentinel' ? parts.shift() : undefined;
  if (topology === 'sentinel' && !masterName) return undefined;
  const [database] = parts;
  if (parts.length > 1 || (database !== undefined && (topology === 'cluster' || !/^\d+$/.test(database))))
    return undefined;
  return { ...(masterName && { masterName }), ...(database !== undefined && { database: Number(database) }) };
}

function parseCredentials(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> | undefined {
  if (text === undefined) return {};
  const [user = '', ...rest] = text.split(':');
  try {
    const [username, password] = [decodeURIComponent(user), decodeURIComponent(rest.join(':'))];
    return { ...(username && { username }), ...(password && { password: new OpaqueSecret(password) }) };
  } catch {
    return undefined;
  }
}
