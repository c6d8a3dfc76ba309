import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { type BrowserLogin, browserLogins, users } from '../database/schema.js';

const LIFETIME_MS = 3_600_000;

/** Who is logged in at the pages of this app, by browser: for an hour, so that a second application needs no second password. */
@Injectable()
export class BrowserLoginsRepository {
  constructor(private readonly database: Database) {}

  /** Nobody, once the account is disabled or has another password. @param browser what the cookie of the browser says */
  async find(browser: string): Promise<BrowserLogin | undefined> {
    const isOfUser = and(
      eq(users.username, browserLogins.username),
      eq(users.passwordHash, browserLogins.passwordHash),
      isNull(users.disabledAt),
    );
    const isGood = and(
      eq(browserLogins.browserHash, hashOf(browser)),
      gt(browserLogins.loggedInAt, new Date(Date.now() - LIFETIME_MS)),
    );
    const rows = await this.database.orm
      .select()
      .from(browserLogins)
      .innerJoin(users, isOfUser)
      .where(isGood);
    return rows[0]?.browser_logins;
  }

  async add(browser: string, login: Omit<BrowserLogin, 'browserHash'>): Promise<void> {
    const { orm } = this.database;
    await orm.delete(browserLogins).where(lte(browserLogins.loggedInAt, new Date(Date.now() - LIFETIME_MS)));
    await orm.insert(browserLogins).values({ ...login, browserHash: hashOf(browser) });
  }

  async remove(browser: string): Promise<void> {
    await this.database.orm.delete(browserLogins).where(eq(browserLogins.browserHash, hashOf(browser)));
  }

  /** In whatever browser. */
  async removeAllOf(username: string): Promise<void> {
    await this.database.orm.delete(browserLogins).where(eq(browserLogins.username, username));
  }

  async removeAll(): Promise<void> {
    await this.database.orm.delete(browserLogins);
  }
}

/** Whoever reads the database must not be able to pass for a browser. */
const hashOf = (browser: string): string => createHash('sha256').update(browser).digest('base64url');
