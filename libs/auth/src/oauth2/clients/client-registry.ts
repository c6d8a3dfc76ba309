import type { OAuthClient } from './oauth-client.js';

/**
 * The OAuth clients of the host.
 * @example
 * ```ts
 * @Injectable()
 * class AppClientRegistry extends ClientRegistry {
 *   constructor(private readonly clients: ClientsRepository) { super(); }
 *   find(clientId: string) { return this.clients.find(clientId); }
 * }
 * ```
 */
export abstract class ClientRegistry {
  /** The client as it is registered now; `undefined` for one that is unknown or no longer welcome. */
  abstract find(clientId: string): Promise<OAuthClient | undefined> | OAuthClient | undefined;
}
