import { ClientRegistry } from '../clients/client-registry.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { REGISTERED_PREFIX, type RegisteredClientIds } from './registered-client-ids.js';

/** The clients of a registry, and those that registered themselves (RFC 7591). */
export class RegisteredClients extends ClientRegistry {
  constructor(
    private readonly registry: ClientRegistry,
    private readonly ids: RegisteredClientIds,
    /** Greatest scope of such a client: what it is now, not what it was when the client registered. */
    private readonly scope: readonly string[],
  ) {
    super();
  }

  async find(clientId: string): Promise<OAuthClient | undefined> {
    const registered = await this.registry.find(clientId);
    if (registered || !clientId.startsWith(REGISTERED_PREFIX)) return registered;
    const registration = this.ids.read(clientId);
    if (registration === undefined) return undefined;
    const { name, redirectUris, grants, bound: dpopBoundAccessTokens = false } = registration;
    const said = { name, redirectUris, grants, dpopBoundAccessTokens };
    return { ...said, id: clientId, authMethod: 'none', scope: this.scope };
  }
}
