import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getTableColumns, type Table } from 'drizzle-orm';
import { Database } from './database.js';
import { articles, browserLogins, clients, users } from './schema.js';

const run = promisify(execFile);

describe('Database', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'database-')), 'made', 'on-demand.sqlite');

  it.each<[string, Table]>([
    ['users', users],
    ['articles', articles],
    ['oauth_clients', clients],
    ['browser_logins', browserLogins],
  ])('makes the table %s as the schema describes it', async (name, table) => {
    const database = await Database.open(':memory:');
    const rows = await database.orm.all<{ name: string; notnull: number }>(`PRAGMA table_info(${name})`);
    const described = Object.values(getTableColumns(table)).map((column) => [
      column.name,
      column.notNull && !column.primary,
    ]);
    expect(rows.map((row) => [row.name, row.notnull === 1])).toEqual(described);
    database.onApplicationShutdown();
  });

  it('adds columns to the file of an older version', async () => {
    const url = `file:${join(mkdtempSync(join(tmpdir(), 'database-')), 'old.sqlite')}`;
    const first = await Database.open(url);
    await first.orm.run('ALTER TABLE oauth_clients DROP COLUMN exchanges_tokens_of');
    await first.orm.run(
      `INSERT INTO oauth_clients (id, name, secret_hashes, grants, scope, redirect_uris, roles, first_party)
       VALUES ('web', 'Web', '[]', '[]', '[]', '[]', '[]', 0)`,
    );
    first.onApplicationShutdown();
    const second = await Database.open(url);
    expect(await second.orm.query.clients.findFirst()).toMatchObject({ id: 'web', exchangesTokensOf: [] });
    second.onApplicationShutdown();
  });

  it('keeps what is there when it is opened again', async () => {
    const first = await Database.open(`file:${file}`);
    await first.orm.insert(users).values({ username: 'ada', passwordHash: 'h', roles: ['viewer'] });
    first.onApplicationShutdown();
    const second = await Database.open(`file:${file}`);
    expect(await second.orm.query.users.findFirst()).toMatchObject({ username: 'ada', roles: ['viewer'] });
    second.onApplicationShutdown();
  });

  it.each([
    ['new', false],
    ['made by an older version, for everybody to read', true],
  ])('[10-20] is for its owner alone, journal included, when the file is %s', async (name, isOld) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'database-')), name);
    const path = join(folder, 'app.sqlite');
    const umask = process.umask(0);
    if (isOld) mkdirSync(folder, { mode: 0o755 });
    if (isOld) writeFileSync(path, '', { mode: 0o666 });
    const database = await Database.open(`file:${path}`);
    process.umask(umask);
    await database.orm.insert(users).values({ username: 'ada', passwordHash: 'h', roles: [] });
    const modes = [path, `${path}-wal`, `${path}-shm`].map((each) => statSync(each).mode & 0o777);
    database.onApplicationShutdown();
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    if (!isOld) expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('waits for another process that is writing', async () => {
    const database = await Database.open(`file:${file}`);
    const writer = run(process.execPath, ['--input-type=module', '-e', holdTheWriteLock, file], {
      cwd: process.cwd(),
    });
    const locked = new Promise((resolve) => writer.child.stdout?.once('data', resolve));
    await locked;
    await database.orm.insert(users).values({ username: 'grace', passwordHash: 'h', roles: [] });
    await writer;
    expect(await database.orm.query.users.findMany()).toHaveLength(3);
    database.onApplicationShutdown();
  });
});

const holdTheWriteLock = `
  import { createClient } from '@libsql/client';
  const client = createClient({ url: 'file:' + process.argv[1] });
  const writing = await client.transaction('write');
  await writing.execute("INSERT INTO users (username, password_hash, roles) VALUES ('linus', 'h', '[]')");
  console.log('locked');
  setTimeout(async () => { await writing.commit(); client.close(); }, 300);
`;
