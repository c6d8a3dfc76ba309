// Runs before the tests: looks for the browser that drives the pages of the sample app, and installs Debian's where it may.
// Without one these tests are skipped and all others run, so nothing here is a failure.
import { installWithoutStarting, isDebianRoot, isExecutable, isOnPath } from './debian-package.mjs';

// As in browser/chromium-binary.ts.
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const chosen = process.env.CHROMIUM_BIN;
const hasBrowser = chosen ? isExecutable(chosen) : isOnPath(...NAMES);

if (!hasBrowser && !chosen && isDebianRoot()) install();
else if (!hasBrowser)
  console.log(
    chosen
      ? `CHROMIUM_BIN is not an executable file, so the tests that drive a browser are skipped: ${chosen}`
      : 'No Chromium found (CHROMIUM_BIN, or chromium on the PATH): the tests that drive a browser are skipped.',
  );

function install() {
  console.log('No Chromium found: installing the chromium package for the tests (apt-get, about 80 MB) …');
  const startedAt = Date.now();
  try {
    installWithoutStarting('chromium');
    console.log(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  } catch (error) {
    console.log(
      `That failed, so the tests that drive a browser are skipped: ${error.message.split('\n')[0]}`,
    );
  }
}
