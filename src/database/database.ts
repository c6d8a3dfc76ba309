import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import * as schema from './schema.js';
import { createTables } from './tables.sql.js';

const BUSY_TIMEOUT_MS = 5_000;

/** The SQLite file; several processes may have it open at once. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private constructor(
    private readonly client: Client,
    readonly orm: LibSQLDatabase<typeof schema>,
  ) {}

  /** Opens `file:path` or `:memory:` and makes the tables that aren't there yet. */
  static async open(url: string): Promise<Database> {
    const path = /^file:(?<path>[^?]+)/.exec(url)?.groups?.path;
    if (path !== undefined) mkdirSync(dirname(path.replace(/^\/\//, '')), { recursive: true });
    const client = createClient({ url, timeout: BUSY_TIMEOUT_MS });
    // Readers don't block the writer, so two instances can share the file.
    await client.execute('PRAGMA journal_mode = WAL');
    await client.batch(createTables, 'write');
    return new Database(client, drizzle(client, { schema }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
