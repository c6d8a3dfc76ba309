import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The server to start: `REDIS_SERVER_BIN`, else `redis-server` or `valkey-server` on the PATH. */
export function redisBinary(): string {
  const chosen = process.env['REDIS_SERVER_BIN'];
  if (chosen) return chosen;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of ['redis-server', 'valkey-server']) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  throw new Error('No redis-server found: run `node test/support/ensure-redis.mjs`');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
