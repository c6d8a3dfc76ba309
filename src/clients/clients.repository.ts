import { Injectable } from '@nestjs/common';
import { and, asc, eq, sql } from 'drizzle-orm';
import { type Client, clients } from '../database/schema.js';
import { Database } from '../database/database.js';

/** The table of OAuth clients, by id. */
@Injectable()
export class ClientsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Client | undefined> {
    return this.database.orm.query.clients.findFirst({ where: eq(clients.id, id) });
  }

  list(): Promise<Client[]> {
    return this.database.orm.select().from(clients).orderBy(asc(clients.id));
  }

  /** Adds the client; `false` when there is one of that id, which stays as it is. */
  async add(client: typeof clients.$inferInsert): Promise<boolean> {
    const { rowsAffected } = await this.database.orm.insert(clients).values(client).onConflictDoNothing();
    return rowsAffected > 0;
  }

  /** Changes what is given; `false` when there is no such client. */
  async change(id: string, changes: Partial<Omit<Client, 'id'>>): Promise<boolean> {
    const { rowsAffected } = await this.database.orm.update(clients).set(changes).where(eq(clients.id, id));
    return rowsAffected > 0;
  }

  /** Puts a hash in front of the one that is there, in one step; `false` unless there is exactly one. */
  async addSecretHash(id: string, hash: string): Promise<boolean> {
    const { rowsAffected } = await this.database.orm
      .update(clients)
      .set({ secretHashes: sql`json_array(${hash}, ${clients.secretHashes} ->> 0)` })
      .where(and(eq(clients.id, id), sql`json_array_length(${clients.secretHashes}) = 1`));
    return rowsAffected > 0;
  }

  async keepNewestSecretHash(id: string): Promise<void> {
    await this.database.orm
      .update(clients)
      .set({ secretHashes: sql`json_array(${clients.secretHashes} ->> 0)` })
      .where(and(eq(clients.id, id), sql`json_array_length(${clients.secretHashes}) > 1`));
  }

  /** Sets the one secret that a seed file names, unless it is what the file named before. */
  async seedSecretHash(id: string, hash: string | null): Promise<void> {
    await this.database.orm
      .update(clients)
      .set({ secretHashes: hash === null ? [] : [hash], seededSecretHash: hash })
      .where(and(eq(clients.id, id), sql`${clients.seededSecretHash} IS NOT ${hash}`));
  }
}
