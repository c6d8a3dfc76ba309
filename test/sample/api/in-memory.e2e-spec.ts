import { PLATFORMS } from '../platforms.js';
import { SampleApp } from '../sample-app.js';
import { describeAccounts } from './accounts.cases.js';
import { describeApiKeys } from './api-keys.cases.js';
import { describeArticles } from './articles.cases.js';
import { describeBadInput } from './bad-input.cases.js';
import { describeClients } from './clients.cases.js';
import { describeLoginToLogout, REUSE_WINDOW } from './login-to-logout.cases.js';
import { seedFile } from './users.js';

// To start an app takes longer than most of what is asked of it, so all of this asks the same one.
describe.each(PLATFORMS)('the sample app on %s', (PLATFORM) => {
  let app: SampleApp;

  beforeAll(async () => {
    app = await SampleApp.start({ PLATFORM, REUSE_WINDOW, SEED_FILE: seedFile() });
  });
  afterAll(() => app.stop());

  const started = () => app;
  describeLoginToLogout(started);
  describeBadInput(PLATFORM, started);
  describeArticles(started);
  describeAccounts(started);
  describeApiKeys(started);
  describeClients(started);
});
