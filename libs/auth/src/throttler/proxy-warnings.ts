import { Logger } from '@nestjs/common';
import type { LimitedRequest } from './limited-call.js';

/** What of the platform's application is looked at. */
interface PlatformRequest extends LimitedRequest {
  /** Express. */
  readonly app?: { get?(setting: string): unknown };
  /** Fastify. */
  readonly server?: object;
}

const TRUSTS_ALL =
  '`trust proxy` is `true`: any client can choose the address it is counted under by sending X-Forwarded-For. ' +
  'Set it to the addresses, or the number, of your proxies.';
const TRUSTS_NONE =
  'X-Forwarded-For arrives, but no proxy is trusted: all clients behind the proxy share one limit. ' +
  "Set 'trust proxy' (Express) or trustProxy (Fastify) to the addresses, or the number, of your proxies.";

/** Tells the operator, once each, of the two mistakes that make limits by address useless or harmful. */
export class ProxyWarnings {
  private readonly logger = new Logger('Gatehouse');
  private isTrustKnown = false;
  private isDone = false;

  /** Looks at a request; free once there is nothing left to say. */
  check(request: LimitedRequest): void {
    if (this.isDone) return;
    if (!this.isTrustKnown) this.readTrust(request);
    if (this.isDone || request.headers?.['x-forwarded-for'] === undefined) return;
    this.isDone = true;
    this.logger.warn(TRUSTS_NONE);
  }

  private readTrust(request: PlatformRequest): void {
    const trusted = request.app?.get?.('trust proxy') ?? fastifyTrustProxy(request.server) ?? false;
    this.isTrustKnown = true;
    // Any setting but `true` and nothing was made with the proxies in mind.
    this.isDone = trusted !== false;
    if (trusted === true) this.logger.warn(TRUSTS_ALL);
  }
}

/** Fastify keeps the option behind a symbol of its own; an instance inside a plugin inherits it. */
function fastifyTrustProxy(server: object | undefined): unknown {
  for (let at: object | null = server ?? null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const symbol = Object.getOwnPropertySymbols(at).find(
      ({ description }) => description === 'fastify.options',
    );
    if (symbol !== undefined) return (Reflect.get(at, symbol) as { trustProxy?: unknown }).trustProxy;
  }
  return undefined;
}
