// What is published is the joined library, and these files of the repository; npm takes them from this folder only.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import './bundle.mjs';

for (const file of ['README.md', 'SECURITY.md', 'LICENSE']) {
  copyFileSync(join(import.meta.dirname, '../..', file), join(import.meta.dirname, file));
}
