import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../markdown.js';
import { codeBlocks, pathOf } from './code-block.js';

/** The code of pages as files: each block that begins with its path, below `src`. */
export class PageCode {
  readonly files: readonly string[];

  private constructor(
    private readonly folder: string,
    blocks: readonly (readonly [path: string, text: string])[],
  ) {
    this.files = blocks.map(([path]) => join(folder, path));
    for (const [path, text] of blocks) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  /**
   * @param pages one, or those that lead from step to step: a later one replaces files of those before
   * @param assumed what they take for granted, by the folder below `src` where it belongs
   */
  static of(pages: string | readonly string[], assumed: Readonly<Record<string, string>> = {}): PageCode {
    // Below the root, where packages are found; where nothing else looks.
    mkdirSync(join(root, '.gatehouse'), { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(root, '.gatehouse/page-'));
    for (const [place, source] of Object.entries(assumed))
      cpSync(source, join(folder, place), { recursive: true });
    const blocks = [pages].flat().flatMap((page) =>
      codeBlocks(page, 'ts').flatMap((block) => {
        const path = pathOf(block);
        return path === undefined ? [] : [[path.slice('src/'.length), block.text] as const];
      }),
    );
    return new PageCode(folder, blocks);
  }

  /** A file of it, as a module that runs. */
  load<Exports>(path: string): Exports {
    return require(join(this.folder, path)) as Exports;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
