// The documents as a reader sees them: what the proof runs is read out of them, so they can't say anything else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** A Markdown file of the repository and its code blocks. */
export class Document {
  constructor(root, path) {
    this.path = path;
    this.text = readFileSync(join(root, path), 'utf8');
    this.blocks = [...this.text.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
  }

  /** The only block of a language that contains a text. */
  block(language, needle) {
    const found = this.blocks.filter((block) => block.language === language && block.text.includes(needle));
    assert.equal(found.length, 1, `${this.path} has ${found.length} ${language} blocks with "${needle}"`);
    return found[0].text;
  }

  /** The files of the reader's app that it shows: each block that begins with its path. */
  get files() {
    const named = this.blocks.map(({ text }) => [
      /^\/\/ ((?:[\w.-]+\/)*[\w.-]+\.m?[jt]s)\n/.exec(text)?.[1],
      text,
    ]);
    return new Map(named.filter(([path]) => path !== undefined));
  }

  /** The packages of the only install line that begins with a name. */
  installs(name) {
    const found = [...this.text.matchAll(/npm install ([^\n`]+)/g)].filter(([, all]) => all.startsWith(name));
    assert.equal(found.length, 1, `${this.path} has ${found.length} lines that install ${name}`);
    return found[0][1].split(' ');
  }

  /** The packages of the install line below the comment that names a version of Nest. */
  installLine(version, name = 'nestjs-gatehouse') {
    const lines = this.block('sh', `npm install ${name}`).split('\n');
    const at = lines.findIndex((line) => line.startsWith(`# ${version}`));
    const [, packages] = /^npm install (.+)$/.exec(lines[at + 1] ?? '') ?? [];
    assert.ok(at >= 0 && packages, `${this.path} has no install line for ${version}`);
    return packages.split(' ');
  }
}
