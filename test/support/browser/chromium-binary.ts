import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// As in ensure-chromium.mjs.
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The browser to drive: `CHROMIUM_BIN`, else Chromium or Chrome on the PATH; `undefined` where there is none. */
export function chromiumBinary(): string | undefined {
  const chosen = process.env['CHROMIUM_BIN'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = chosen ? [chosen] : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
