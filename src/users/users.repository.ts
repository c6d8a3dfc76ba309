import { Injectable } from '@nestjs/common';
import { asc, eq, sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { type User, users } from '../database/schema.js';

/** The user table, by username. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  find(username: string): Promise<User | undefined> {
    return this.database.orm.query.users.findFirst({ where: eq(users.username, username) });
  }

  list(): Promise<User[]> {
    return this.database.orm.select().from(users).orderBy(asc(users.username));
  }

  /** Their names alone; the first of them. */
  async names(limit: number): Promise<readonly string[]> {
    const rows = await this.database.orm
      .select({ username: users.username })
      .from(users)
      .orderBy(asc(users.username))
      .limit(limit);
    return rows.map(({ username }) => username);
  }

  /** Users with this text in their name, whatever its case; the first of them. */
  search(text: string, limit: number): Promise<User[]> {
    const isIn = sql`instr(lower(${users.username}), lower(${text})) > 0`;
    return this.database.orm.select().from(users).where(isIn).orderBy(asc(users.username)).limit(limit);
  }

  /** Adds the user; leaves an existing one of that name as it is, also when two processes do it at once. */
  async add(user: typeof users.$inferInsert): Promise<void> {
    await this.database.orm.insert(users).values(user).onConflictDoNothing();
  }

  /** Changes what is given; `false` when there is no such user. */
  async change(username: string, changes: Partial<Omit<User, 'username'>>): Promise<boolean> {
    const { rowsAffected } = await this.database.orm
      .update(users)
      .set(changes)
      .where(eq(users.username, username));
    return rowsAffected > 0;
  }
}
