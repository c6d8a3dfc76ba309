import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { countingAnswersLifetimesContract } from './contract/counting-answers.contract.js';
import { lifetimesContract } from './contract/lifetimes.contract.js';

describe.each(sessionMedia)('[11-A] lifetimes belong to what was issued, on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each([...lifetimesContract, ...countingAnswersLifetimesContract])('$name', ({ run }) =>
    run(medium.harness()),
  );
});
