import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { until } from '../../../../test/support/until.js';
import { withFileLock } from './file-lock.js';

describe('withFileLock', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-lock-'));
    path = join(folder, 'keys.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one of many work at a time, and leaves nothing behind', async () => {
    let working = 0;
    const seen = await Promise.all(
      Array.from({ length: 50 }, () =>
        withFileLock(path, async () => {
          working += 1;
          await nextTurn();
          return working--;
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 50 }, () => 1));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back by work that fails', async () => {
    const failed = withFileLock(path, () => Promise.reject(new Error('disk full')));
    await expect(failed).rejects.toThrow('disk full');
    expect(await withFileLock(path, async () => 'done')).toBe('done');
  });

  it('takes over what a process left that died', async () => {
    writeFileSync(`${path}.lock`, '');
    utimesSync(`${path}.lock`, new Date(0), new Date(0));
    expect(await withFileLock(path, async () => 'done')).toBe('done');
  });

  it('stays with who needs long for it', async () => {
    await withFileLock(path, async () => {
      utimesSync(`${path}.lock`, new Date(0), new Date(0));
      await until('the lock is renewed', () => statSync(`${path}.lock`).mtimeMs > 0);
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says when it cannot be had', async () => {
    writeFileSync(path, '');
    await expect(withFileLock(join(path, 'below'), async () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/ENOTDIR|EEXIST/),
    });
  });
});
