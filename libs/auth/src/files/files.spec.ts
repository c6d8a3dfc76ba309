import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileOnce, replaceFile } from './create-file-once.js';
import { GuardedFiles } from './guarded-files.js';

describe('files that hold secrets', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-files-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  describe('createFileOnce', () => {
    it('lets one of many win, shows nobody half a file, and leaves nothing else behind', async () => {
      const path = join(folder, 'deep', 'secret');
      const texts = Array.from({ length: 20 }, (_, at) => `${at}:`.repeat(1000));
      const outcomes = await Promise.all(texts.map((text) => createFileOnce(path, text)));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(readFileSync(path, 'utf8')).toBe(texts[outcomes.indexOf('created')]);
      expect(readdirSync(join(folder, 'deep'))).toEqual(['secret']);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    });

    it('keeps our own folder out of version control, and no other', async () => {
      await createFileOnce(join(folder, '.gatehouse', 'secret'), 'x');
      await createFileOnce(join(folder, '.gatehouse', 'other'), 'x');
      await createFileOnce(join(folder, 'theirs', 'secret'), 'x');
      expect(readFileSync(join(folder, '.gatehouse', '.gitignore'), 'utf8')).toBe('*\n');
      expect(readdirSync(join(folder, 'theirs'))).toEqual(['secret']);
    });

    it('leaves nothing behind when the file cannot be made', async () => {
      writeFileSync(join(folder, 'file'), '');
      await expect(createFileOnce(join(folder, 'file', 'secret'), 'x')).rejects.toMatchObject({
        code: expect.stringMatching(/ENOTDIR|EEXIST/),
      });
      expect(readdirSync(folder)).toEqual(['file']);
    });

    it('prepares nothing where there is one: it may be mounted read-only', async () => {
      const path = join(folder, 'secret');
      writeFileSync(path, 'theirs');
      const before = new Date(0);
      utimesSync(folder, before, before);
      expect(await createFileOnce(path, 'ours')).toBe('exists');
      expect(statSync(folder).mtime).toEqual(before);
    });

    it('leaves no half of one', async () => {
      const broken = createFileOnce(join(folder, 'secret'), { no: 'text' } as never);
      await expect(broken).rejects.toThrow('must be of type');
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  describe('replaceFile', () => {
    it('replaces as a whole', async () => {
      const path = join(folder, 'keys.json');
      await createFileOnce(path, 'old');
      await replaceFile(path, 'new');
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(readdirSync(folder)).toEqual(['keys.json']);
    });

    it('leaves nothing behind when it fails, keys least of all', async () => {
      const path = join(folder, 'keys.json');
      mkdirSync(path);
      await expect(replaceFile(path, 'keys')).rejects.toMatchObject({ code: 'EISDIR' });
      await expect(replaceFile(path, { no: 'text' } as never)).rejects.toThrow('must be of type');
      expect(readdirSync(folder)).toEqual(['keys.json']);
    });
  });

  describe('GuardedFiles', () => {
    const fileOf = (mode: number, text = 'key'): string => {
      const path = join(folder, 'key.pem');
      writeFileSync(path, text);
      chmodSync(path, mode);
      return path;
    };

    it.each([0o600, 0o400, 0o440, 0o640])('reads a file that is kept (%o)', async (mode) => {
      const told: string[] = [];
      expect(await new GuardedFiles((line) => told.push(line)).read(fileOf(mode))).toBe('key');
      expect(told).toEqual([]);
    });

    it('reads the file it looked at, whatever takes its place meanwhile', async () => {
      const path = fileOf(0o644, 'ours');
      const other = join(folder, 'other');
      writeFileSync(other, 'another', { mode: 0o600 });
      // Said between the look and the reading.
      const swap = (): void => renameSync(other, path);
      expect(await new GuardedFiles(swap).read(path)).toBe('ours');
      expect(readFileSync(path, 'utf8')).toBe('another');
    });

    it.each([0o444, 0o644, 0o604])('reads a mounted file and warns once (%o)', async (mode) => {
      const told: string[] = [];
      const files = new GuardedFiles((line) => told.push(line));
      const path = fileOf(mode);
      expect(await files.read(path)).toBe('key');
      expect(await files.read(path)).toBe('key');
      expect(told).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
    });

    it.each([0o666, 0o602, 0o777, 0o646])('refuses a file that others may write (%o)', async (mode) => {
      const path = fileOf(mode);
      await expect(new GuardedFiles(() => {}).read(path)).rejects.toThrow(
        `every user of this machine may write it: chmod 600 ${path}`,
      );
    });

    it('refuses what is no such file, and says why', async () => {
      const files = new GuardedFiles(() => {});
      await expect(files.read(join(folder, 'none'))).rejects.toThrow("none can't be read (ENOENT)");
      await expect(files.read(folder)).rejects.toThrow('EISDIR');
      await expect(files.read(fileOf(0o600, 'x'.repeat(70_000)))).rejects.toThrow('too large');
    });
  });
});
