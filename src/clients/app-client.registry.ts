import { Injectable } from '@nestjs/common';
import { ClientRegistry, type OAuthClient } from 'nestjs-gatehouse';
import { ClientsRepository } from './clients.repository.js';

/** Answers Gatehouse's other question: which client is this? Asked with each request of one, so changes act at once. */
@Injectable()
export class AppClientRegistry extends ClientRegistry {
  constructor(private readonly clients: ClientsRepository) {
    super();
  }

  async find(id: string): Promise<OAuthClient | undefined> {
    const client = await this.clients.find(id);
    if (client === undefined || client.disabledAt !== null) return undefined;
    const { name, secretHashes, grants, scope, redirectUris, roles } = client;
    const tokenExchange = { subjectTokensOf: client.exchangesTokensOf };
    const isFirstParty = client.firstParty;
    return { id, name, secretHashes, grants, scope, redirectUris, roles, isFirstParty, tokenExchange };
  }
}
