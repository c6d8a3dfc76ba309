// The documents as a reader sees them: what the proof runs is read out of them, so they can't say anything else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** A Markdown file of the repository and its code blocks. */
export class Document {
  constructor(root, path) {
    this.path = path;
    this.blocks = [...readFileSync(join(root, path), 'utf8').matchAll(FENCE)].map(
      ([, language = '', text = '']) => ({ language, text }),
    );
  }

  /** The only block of a language that contains a text. */
  block(language, needle) {
    const found = this.blocks.filter((block) => block.language === language && block.text.includes(needle));
    assert.equal(found.length, 1, `${this.path} has ${found.length} ${language} blocks with "${needle}"`);
    return found[0].text;
  }

  /** The packages of the install line below the comment that names a version of Nest. */
  installLine(version) {
    const lines = this.block('sh', 'npm install nestjs-gatehouse').split('\n');
    const at = lines.findIndex((line) => line.startsWith(`# ${version}`));
    const [, packages] = /^npm install (.+)$/.exec(lines[at + 1] ?? '') ?? [];
    assert.ok(at >= 0 && packages, `${this.path} has no install line for ${version}`);
    return packages.split(' ');
  }
}
