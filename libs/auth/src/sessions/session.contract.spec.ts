import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { sessionContract } from './session.contract.js';

describe.each(sessionMedia)('[04-9] the refresh session store on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(sessionContract)('$name', ({ run }) => run(medium.harness()));
});
