import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const texts = (name: string) => text(name, { mode: 'json' }).$type<readonly string[]>().notNull();

export const users = sqliteTable('users', {
  /** Also the `sub` of the user's tokens; it never changes and is never given to somebody else. */
  username: text('username').primaryKey(),
  passwordHash: text('password_hash').notNull(),
  /** Hash of the password that the seed file last set; tells an edited file from a password the user changed. */
  seededPasswordHash: text('seeded_password_hash'),
  roles: texts('roles'),
  disabledAt: integer('disabled_at', { mode: 'timestamp_ms' }),
});

export const articles = sqliteTable('articles', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  title: text('title').notNull(),
  body: text('body').notNull(),
  author: text('author').notNull(),
  draft: integer('draft', { mode: 'boolean' }).notNull(),
  createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
});

export const clients = sqliteTable('oauth_clients', {
  /** `client_id`; never given to another client. */
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** Hashes that `createClientSecret()` made, the newest first; a client with none is public. */
  secretHashes: texts('secret_hashes'),
  /** Hash of the secret that the seed file last set; tells an edited file from secrets that were replaced. */
  seededSecretHash: text('seeded_secret_hash'),
  grants: texts('grants'),
  scope: texts('scope'),
  redirectUris: texts('redirect_uris'),
  roles: texts('roles'),
  firstParty: integer('first_party', { mode: 'boolean' }).notNull(),
  disabledAt: integer('disabled_at', { mode: 'timestamp_ms' }),
  /** Ids of the clients whose access tokens it may exchange (RFC 8693), besides its own. */
  exchangesTokensOf: texts('exchanges_tokens_of').default([]),
});

/** Who is logged in at the pages of this app, and in which browser. */
export const browserLogins = sqliteTable('browser_logins', {
  /** Hash of what the browser holds in its cookie. */
  browserHash: text('browser_hash').primaryKey(),
  username: text('username').notNull(),
  /** That of the user at the login: with another one it is over. */
  passwordHash: text('password_hash').notNull(),
  /** What the user logged in for: a request that wants a new login is content with this one. */
  requestHandle: text('request_handle').notNull(),
  loggedInAt: integer('logged_in_at', { mode: 'timestamp_ms' }).notNull(),
});

export type User = typeof users.$inferSelect;
export type Article = typeof articles.$inferSelect;
export type Client = typeof clients.$inferSelect;
export type BrowserLogin = typeof browserLogins.$inferSelect;
