import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const SOURCE = join(__dirname, '../../libs/auth/src');
const MOST_FILES = 14;

/** Every folder below, this one included. */
function foldersIn(folder: string): readonly string[] {
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inside.flatMap(({ name }) => foldersIn(join(folder, name)))];
}

function filesOf(folder: string): number {
  return readdirSync(folder).filter((name) => /\.c?ts$/.test(name) && !name.endsWith('.spec.ts')).length;
}

describe('the folders of the library', () => {
  it(`hold at most ${MOST_FILES} files each, besides specs`, () => {
    const crowded = foldersIn(SOURCE)
      .filter((folder) => filesOf(folder) > MOST_FILES)
      .map((folder) => `${relative(SOURCE, folder)}: ${filesOf(folder)}`);
    expect(crowded).toEqual([]);
  });

  it('are at most two levels deep', () => {
    const deep = foldersIn(SOURCE)
      .map((folder) => relative(SOURCE, folder))
      .filter((path) => path.split('/').length > 2);
    expect(deep).toEqual([]);
  });
});
