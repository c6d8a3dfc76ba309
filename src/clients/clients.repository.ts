import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { type Client, clients } from '../database/schema.js';

/** The OAuth clients, by id. */
@Injectable()
export class ClientsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Client | undefined> {
    return this.database.orm.query.clients.findFirst({ where: eq(clients.id, id) });
  }

  /** Adds the client or overwrites the one with that id. */
  async save(client: Client): Promise<void> {
    await this.database.orm
      .insert(clients)
      .values(client)
      .onConflictDoUpdate({ target: clients.id, set: client });
  }
}
