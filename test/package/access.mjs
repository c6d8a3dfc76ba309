import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const APP = 'proof-dist/app.module.js';
// As the compiler writes it for ESM and for CommonJS.
const PUBLIC = /(?:\(0, \w+\.Public\)|\bPublic)\(\),/;

/** Who may call what in the app of a stranger: written, found to be the same, and different once a decorator is gone. */
export const accessSteps = (app) => ({
  'writes who may call what': async () => {
    const output = await app.run('gatehouse', 'access', APP);
    assert.match(output, /^access\.lock\.json: \d+ routes, 0 roles, written\n$/);
  },
  'finds it as it was locked': async () => {
    assert.match(await app.run('gatehouse', 'access', APP, '--check'), /as locked\n$/);
  },
  'tells that a decorator is gone': async () => {
    const file = join(app.folder, APP);
    const text = await readFile(file, 'utf8');
    assert.match(text, PUBLIC);
    await writeFile(file, text.replace(PUBLIC, ''));
    const failure = await app.run('gatehouse', 'access', APP, '--check').then(
      () => assert.fail('nothing has changed'),
      (error) => error.message,
    );
    await writeFile(file, text);
    assert.match(failure, /ended with 1\n/);
    assert.match(
      failure,
      /^narrowed {3}GET \/greetings\/public {2}for whoever is not authenticated: is public no more$/m,
    );
  },
});
