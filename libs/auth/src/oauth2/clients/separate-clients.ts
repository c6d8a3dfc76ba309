import { Logger } from '@nestjs/common';
import { ClientRegistry } from './client-registry.js';
import type { OAuthClient } from './oauth-client.js';

/**
 * The clients of a registry, but for those that have the client id of first-party sessions: refresh tokens go by that, so
 * either could use those of the other.
 */
export class SeparateClients extends ClientRegistry {
  private readonly logger = new Logger('Gatehouse');
  private hasTold = false;

  constructor(
    private readonly registry: ClientRegistry,
    /** `authentication.clientId`. */
    private readonly firstPartyIds: readonly string[],
  ) {
    super();
  }

  async find(clientId: string): Promise<OAuthClient | undefined> {
    const client = await this.registry.find(clientId);
    if (client === undefined || !this.firstPartyIds.includes(clientId)) return client;
    if (!this.hasTold)
      this.logger.warn(`OAuth client ${clientId} is refused: its id is one of authentication.clientId`);
    this.hasTold = true;
    return undefined;
  }
}
