import { Logger } from '@nestjs/common';
import { fastifyTrustProxy } from '../../context/nest-internals.js';
import type { Caller } from '../../context/callers/caller.js';

const HOW_TO_TRUST = {
  Express: "app.set('trust proxy', …) to the addresses, or the number, of your proxies",
  // Its hop counts trust nobody since 5.12.1.
  Fastify:
    'new FastifyAdapter({ trustProxy: … }) to the addresses of your proxies, or a function of address and hop',
} as const;
type Platform = keyof typeof HOW_TO_TRUST;

const trustsAll = (platform: Platform): string =>
  'every proxy is trusted (`true`): any client can choose the address it is counted under by sending ' +
  `X-Forwarded-For. Set ${HOW_TO_TRUST[platform]}.`;
const trustsNone = (platform: Platform): string =>
  'X-Forwarded-For arrives, but no proxy is trusted: all clients behind the proxy share one limit. ' +
  `Set ${HOW_TO_TRUST[platform]}.`;
const TRUSTS_NO_NUMBER =
  'X-Forwarded-For arrives, but this Fastify takes no number of proxies as `trustProxy` and trusts none: all clients ' +
  `behind the proxy share one limit. Set ${HOW_TO_TRUST.Fastify}.`;

/** When to look at the proxies of an app: with any request, with the next that was forwarded, or never again. */
export type ProxyWatch = 'any' | 'forwarded' | 'never';

// Several guards of an app find the same.
const warned = new WeakSet<object>();

/**
 * Warns the operator, once for each app, of a mistake that makes limits by address useless or harmful.
 * @returns which request to call it with next
 */
export function watchProxies(request: Caller): ProxyWatch {
  const app = request.app ?? request.server?.server;
  // Sockets have no settings of a platform with them.
  if (app === undefined) return 'any';
  const platform = request.app?.get === undefined ? 'Fastify' : 'Express';
  const trusted = request.app?.get?.('trust proxy') ?? fastifyTrustProxy(request.server) ?? false;
  if (trusted === true) return warn(app, trustsAll(platform));
  const isNumber = platform === 'Fastify' && typeof trusted === 'number';
  // With any other setting the host has named its proxies, so there is nothing to warn of.
  if (trusted !== false && !isNumber) return 'never';
  if (request.headers?.['x-forwarded-for'] === undefined) return 'forwarded';
  // An older Fastify counts hops: then the address isn't that of the proxy.
  if (isNumber && request.ip !== request.socket?.remoteAddress) return 'never';
  return warn(app, isNumber ? TRUSTS_NO_NUMBER : trustsNone(platform));
}

function warn(app: object, message: string): ProxyWatch {
  if (!warned.has(app)) new Logger('Gatehouse').warn(message);
  warned.add(app);
  return 'never';
}
