import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import * as schema from './schema.js';
import { addColumns, createTables } from './tables.sql.js';

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
    if (path !== undefined) keepPrivate(path.replace(/^\/\//, ''));
    const client = createClient({ url, timeout: BUSY_TIMEOUT_MS });
    // Readers don't block the writer, so two instances can share the file.
    await client.execute('PRAGMA journal_mode = WAL');
    await client.batch(createTables, 'write');
    for (const statement of addColumns) await client.execute(statement).catch(unlessItIsThere);
    return new Database(client, drizzle(client, { schema }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}

/** Asking before would be no better: two instances may start at once. */
function unlessItIsThere(error: unknown): void {
  if (!/duplicate column name/i.test(String(error))) throw error;
}

/** Passwords are in the file, if only as hashes. SQLite gives its journal the mode of the file. */
function keepPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  // One that is here already may have been made with another mode.
  for (const each of [path, `${path}-wal`, `${path}-shm`]) chmodIfThere(each);
}

function chmodIfThere(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
