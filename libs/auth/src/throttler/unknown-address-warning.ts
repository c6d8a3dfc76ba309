import { Logger } from '@nestjs/common';
import type { ThrottlerSettings } from './throttler.settings.js';

const warned = new WeakSet<ThrottlerSettings>();

/**
 * Tells the operator, once for each configured module, that a caller has no address: it is counted under none, because
 * a limit that all such callers share would shut all of them out.
 */
export function warnOfUnknownAddress(settings: ThrottlerSettings, ip: string | undefined): void {
  if (warned.has(settings)) return;
  warned.add(settings);
  const found = ip === undefined ? 'none' : JSON.stringify(ip.slice(0, 64));
  new Logger('Gatehouse').warn(
    `The address of a caller isn't known (the platform reports ${found}), so limits by address are skipped for such ` +
      'calls. Behind a proxy or on a unix socket, let the platform trust the proxy and the proxy send the client in ' +
      'X-Forwarded-For, or give the throttlers a `getTracker`. See "Behind a proxy" in docs/throttler.md.',
  );
}
