import { ClientRegistry } from './client-registry.js';
import type { OAuthClient } from './oauth-client.js';

/** Clients that are part of the configuration. */
export class MemoryClientRegistry extends ClientRegistry {
  private readonly clients: ReadonlyMap<string, OAuthClient>;

  constructor(clients: readonly OAuthClient[]) {
    super();
    this.clients = new Map(clients.map((client) => [client.id, client]));
  }

  find(clientId: string): OAuthClient | undefined {
    return this.clients.get(clientId);
  }
}
