import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardedFiles } from '../../files/guarded-files.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { FileKeyStore } from './file-key.store.js';
import { KeySeal } from './key-seal.js';
import { ManagedKeySource } from './managed.key-source.js';
import { SealedKeys } from './sealed-keys.js';

const settings = { algorithm: 'ES256', rsaBits: 2048, prePublishMs: 0, retireAfterMs: 0 } as const;

describe('FileKeyStore', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
    path = join(directory, 'deep', 'keys.json');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const [kept, next] = [randomBytes(32), randomBytes(32)];
  const store = (): FileKeyStore => new FileKeyStore(path, new GuardedFiles(() => {}));
  const source = (...keys: Buffer[]): ManagedKeySource => {
    const sealed = new SealedKeys(store(), new KeySeal(keys.length === 0 ? [kept] : keys));
    return new ManagedKeySource(sealed, settings, new ManualClock());
  };

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

  it('refuses a file that others may write', async () => {
    await source().load();
    chmodSync(path, 0o666);
    await expect(source().load()).rejects.toThrow('chmod 600');
  });

  it('shows nothing of a key to who can read the file', async () => {
    await source().load();
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toEqual({ version: 1, sealed: expect.stringMatching(/^v1\.[\w-]{8}\.[\w-]+$/) });
    expect(text).not.toMatch(/kty|ES256/);
  });

  it('is sealed again with the newest secret, so that the older one can be dropped', async () => {
    const [first] = await source().load();
    const [same] = await source(next, kept).load();
    const [still] = await source(next).load();
    expect([same?.kid, still?.kid]).toEqual([first?.kid, first?.kid]);
    await expect(source().load()).rejects.toThrow('sealed under another secret');
  });

  it.each(['', '{', '{}', '{"version":"1","sealed":"x"}', 'null'])(
    'refuses a file that holds %j',
    async (text) => {
      await source().load();
      writeFileSync(path, text);
      await expect(source().load()).rejects.toThrow('does not hold keys of this library');
    },
  );

  it('holds the keys in force, though this instance made others of the same version', async () => {
    const one = source();
    const [own] = await one.load();
    rmSync(path);
    const [other] = await source().load();
    expect(other?.kid).not.toBe(own?.kid);
    expect((await one.load()).map(({ kid }) => kid)).toEqual([other?.kid]);
  });

  it('stays where it was, wherever the process goes', async () => {
    const home = process.cwd();
    process.chdir(directory);
    try {
      const here = new FileKeyStore('keys.json', new GuardedFiles(() => {}));
      process.chdir(mkdtempSync(join(directory, 'elsewhere-')));
      expect(await here.replace({ version: 1, sealed: 'x' }, 0)).toBe('stored');
      expect(readdirSync(directory)).toContain('keys.json');
    } finally {
      process.chdir(home);
    }
  });

  it('takes over the lock of a process that died', async () => {
    await source().load();
    writeFileSync(`${path}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, longAgo, longAgo);
    expect(await store().replace({ version: 2, sealed: 'x' }, 1)).toBe('stored');
  });
});
