/** Makes the tables of schema.ts in an empty database; does nothing in a filled one. */
export const createTables = [
  `CREATE TABLE IF NOT EXISTS users (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    seeded_password_hash TEXT,
    roles TEXT NOT NULL,
    disabled_at INTEGER
  )`,
  `CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    draft INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS oauth_clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hashes TEXT NOT NULL,
    seeded_secret_hash TEXT,
    grants TEXT NOT NULL,
    scope TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    roles TEXT NOT NULL,
    first_party INTEGER NOT NULL,
    disabled_at INTEGER
  )`,
  `CREATE TABLE IF NOT EXISTS browser_logins (
    browser_hash TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    request_handle TEXT NOT NULL,
    logged_in_at INTEGER NOT NULL
  )`,
];

/** Columns that younger versions of this app have added; they are refused where they are there already. */
export const addColumns = [
  `ALTER TABLE oauth_clients ADD COLUMN exchanges_tokens_of TEXT NOT NULL DEFAULT '[]'`,
];
