import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '../tls/self-signed.js';
import type { RedisAccess, RedisConfig } from './redis-node.js';

/** What a server asks of those who connect. */
export interface ServerGuard {
  /** It speaks TLS only, also to its replicas and neighbours, and shows this certificate. */
  readonly tls?: Identity;
  /** Whom it trusts besides itself. */
  readonly trusts?: readonly Identity[];
  readonly password?: string;
  /** Whether clients need a certificate. */
  readonly asksForCertificates?: boolean;
  /** Whether it speaks TLS to others only, and not to those who connect. */
  readonly listensPlainly?: boolean;
}

/** Lines of redis.conf for a guarded server. */
export function guardedBy(guard: ServerGuard, port: number, folder: string): RedisConfig {
  const { tls, trusts = [], password, asksForCertificates = false, listensPlainly = false } = guard;
  if (tls === undefined) return passwords(password);
  const [cert, key, trusted] = [join(folder, 'cert'), join(folder, 'key'), join(folder, 'trusted')];
  writeFileSync(cert, tls.cert);
  writeFileSync(trusted, [tls, ...trusts].map((identity) => identity.cert).join(''));
  writeFileSync(key, tls.key, { mode: 0o600 });
  return {
    ...passwords(password),
    ...(listensPlainly ? {} : { port: '0', 'tls-port': String(port) }),
    'tls-cert-file': cert,
    'tls-key-file': key,
    'tls-ca-cert-file': trusted,
    'tls-auth-clients': asksForCertificates ? 'yes' : 'no',
    'tls-replication': 'yes',
  };
}

/** What a client of the tests shows such a server; it has no doubts of its own. */
export function accessTo({ tls, password, listensPlainly = false }: ServerGuard): RedisAccess {
  return {
    ...(password !== undefined && { password }),
    ...(tls !== undefined && !listensPlainly && { tls: { ...tls, rejectUnauthorized: false } }),
  };
}

function passwords(password: string | undefined): RedisConfig {
  return password === undefined ? {} : { requirepass: password, masterauth: password };
}
