import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { tokenBlacklistContract } from './token-blacklist.contract.js';

describe.each(sessionMedia)('[04-9] the token blacklist store on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(tokenBlacklistContract)('$name', ({ run }) => run(medium.harness()));
});
