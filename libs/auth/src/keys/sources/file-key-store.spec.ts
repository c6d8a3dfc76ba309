import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../testing/manual-clock.js';
import { FileKeyStore } from './file-key-store.js';
import { GeneratedKeySource } from './generated-key-source.js';

const settings = { algorithm: 'ES256', rsaBits: 2048, prePublishMs: 0, retireAfterMs: 0 } as const;

describe('FileKeyStore', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
    path = join(directory, 'deep', 'keys.json');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const source = () => new GeneratedKeySource(new FileKeyStore(path), settings, new ManualClock());

  it('keeps the file to its owner and leaves nothing else behind', async () => {
    await source().load();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'deep')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(directory, 'deep'))).toEqual(['keys.json']);
  });

  it('gives the same key to every process that starts at the same time, and after a restart', async () => {
    const sets = await Promise.all(Array.from({ length: 8 }, () => source().load()));
    const again = await source().load();
    expect(new Set([...sets, again].map(([key]) => key?.kid)).size).toBe(1);
  });

  it('refuses a file that others may read', async () => {
    await source().load();
    chmodSync(path, 0o644);
    await expect(source().load()).rejects.toThrow('chmod 600');
  });

  it.each(['', '{', '{}', '{"version":"1","keys":[]}', 'null'])(
    'refuses a file that holds %j',
    async (text) => {
      await source().load();
      writeFileSync(path, text);
      await expect(source().load()).rejects.toThrow(/JSON|keys of this library|null/);
    },
  );

  it('takes over the lock of a process that died', async () => {
    await source().load();
    writeFileSync(`${path}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, longAgo, longAgo);
    expect(await new FileKeyStore(path).replace({ version: 2, keys: [] }, 1)).toBe('stored');
  });
});
