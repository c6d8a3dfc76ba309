import { storeUnavailable } from '../../libs/auth/src/kernel/auth-error.js';
import { createSessionId } from '../../libs/auth/src/subjects/subject-keys.js';
import { errorOf, FAULTS, mend, STORE_FAULTS, storeIsDown } from '../support/sessions/refresh-faults.js';
import { type RunningMedium, type SessionHarness, sessionMedia } from '../support/sessions/session-media.js';
import { facts } from '../support/sessions/session-services.js';
import { type FaultyTokenServices, faultyTokenServices } from '../support/sessions/token-services.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const partitionOf = (subject: string): string => createSessionId(subject).charAt(0);
/** Of the same partition as ada. */
const NEIGHBOUR = Array.from({ length: 5_000 }, (_, i) => `bob ${i}`).find(
  (subject) => partitionOf(subject) === partitionOf('ada'),
)!;

describe.each(sessionMedia.slice(0, 2))('[issue 11] commit last, on $name', ({ start }) => {
  let medium: RunningMedium;
  let harness: SessionHarness;
  let services: FaultyTokenServices;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);
  beforeEach(async () => {
    harness = medium.harness();
    services = await faultyTokenServices(harness);
  });
  afterEach(() => services.ring.close());
  afterAll(() => medium.stop());

  it.each([...FAULTS, ...STORE_FAULTS])(
    'a refresh burns nothing, and succeeds a minute later: $name',
    async ({ error, begin }) => {
      const { tokens, told } = services;
      const { refreshToken } = await tokens.login(facts());
      await begin(services);
      expect(await errorOf(tokens.refresh({ refreshToken }))).toBe(error);
      expect(told).toEqual([]);
      await mend(services);
      harness.advance(MINUTE_MS);
      const second = await tokens.refresh({ refreshToken });
      expect(await tokens.verify(second.accessToken)).toMatchObject({
        subject: 'ada',
        claims: { tenant: 'a' },
      });
      await tokens.refresh({ refreshToken: second.refreshToken });
      expect(told).toEqual(['refresh.rotated ada', 'refresh.rotated ada']);
    },
  );

  it.each(FAULTS)('a login opens no session: $name', async ({ error, begin }) => {
    const { tokens, stand } = services;
    const steps: string[] = [];
    await begin(services);
    stand.at = async (step) => void steps.push(step);
    expect(await errorOf(tokens.login(facts()))).toBe(error);
    expect(steps).toEqual([]);
    await mend(services);
    expect((await tokens.login(facts())).principal.subject).toBe('ada');
  });

  it('an instance that has no keys yet burns nothing', async () => {
    const { refreshToken } = await services.tokens.login(facts());
    const keyless = await faultyTokenServices(harness, { withoutKeys: true });
    expect(await errorOf(keyless.tokens.refresh({ refreshToken }))).toBe('store_unavailable');
    expect(await errorOf(keyless.tokens.login(facts()))).toBe('store_unavailable');
    keyless.source.isDown = false;
    harness.advance(MINUTE_MS);
    expect((await keyless.tokens.refresh({ refreshToken })).principal.subject).toBe('ada');
    keyless.ring.close();
  });

  it('neither the signer nor the store is needed once the token is rotated', async () => {
    const { tokens, stand, signer } = services;
    const { refreshToken } = await tokens.login(facts());
    let isDown = false;
    stand.at = async (step) => {
      if (isDown) throw storeUnavailable('down');
      if (step !== 'after rotate') return;
      isDown = true;
      signer.fault = 'down';
    };
    const { accessToken } = await tokens.refresh({ refreshToken });
    expect(await tokens.verify(accessToken)).toMatchObject({ subject: 'ada' });
  });

  it.each<[string, (services: FaultyTokenServices) => Promise<unknown>]>([
    // The pair of a neighbour was under another epoch than the next one of this user will be.
    [
      'the signer fails at the second signature',
      async ({ tokens, blacklist, stand, signer }) => {
        await blacklist.revokeSubject(NEIGHBOUR);
        await tokens.login(facts({ subject: NEIGHBOUR }));
        stand.at = async (step) => {
          if (step === 'after rotate') signer.fault = 'down';
        };
      },
    ],
    [
      'the answer of the store is lost',
      async ({ stand }) => {
        stand.at = async (step) => (step === 'after rotate' ? storeIsDown() : undefined);
      },
    ],
  ])('what fails after the rotation is 503, and a retry gets the same successor: %s', async (_, begin) => {
    const { tokens, told } = services;
    const { refreshToken } = await tokens.login(facts());
    await begin(services);
    expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('store_unavailable');
    await mend(services);
    harness.advance(3 * DAY_MS);
    const again = await tokens.refresh({ refreshToken });
    expect((await tokens.refresh({ refreshToken })).refreshToken).toBe(again.refreshToken);
    expect(await tokens.verify(again.accessToken)).toMatchObject({ subject: 'ada' });
    expect(told.filter((each) => each === 'refresh.rotated ada').length).toBeLessThanOrEqual(1);
    expect(told.filter((each) => each === 'refresh.replayed ada')).toHaveLength(2);
    await tokens.refresh({ refreshToken: again.refreshToken });
  });

  it('a login whose second signature fails leaves no session', async () => {
    const { tokens, blacklist, stand, signer } = services;
    await blacklist.revokeSubject(NEIGHBOUR);
    await tokens.login(facts({ subject: NEIGHBOUR }));
    stand.at = async (step) => {
      if (step === 'before open') signer.fault = 'down';
    };
    expect(await errorOf(tokens.login(facts()))).toBe('store_unavailable');
    expect(await harness.sessions.list('ada', { limit: 10 })).toEqual([]);
  });

  it('a used token is reuse, once it can be judged again', async () => {
    const { tokens, signer, told } = services;
    const { refreshToken } = await tokens.login(facts());
    const second = await tokens.refresh({ refreshToken });
    await tokens.verify(second.accessToken);
    harness.advance(MINUTE_MS);
    signer.fault = 'down';
    expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('store_unavailable');
    await mend(services);
    expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('invalid_grant');
    expect(await errorOf(tokens.refresh({ refreshToken: second.refreshToken }))).toBe('invalid_grant');
    expect(told).toEqual(['refresh.rotated ada', 'refresh.reuse ada']);
  });

  it('the token is of the epoch that the rotation answered, whatever was expected', async () => {
    const { tokens, blacklist, signer } = services;
    await blacklist.revokeSubject(NEIGHBOUR);
    const bob = await tokens.login(facts({ subject: NEIGHBOUR }));
    const ada = await tokens.login(facts());
    for (const { refreshToken, principal } of [bob, ada, bob]) {
      const { accessToken } = await tokens.refresh({ refreshToken });
      expect(await tokens.verify(accessToken)).toMatchObject({ subject: principal.subject });
    }
    // Nobody verifies what was signed on a guess that was wrong.
    expect(signer.signatures).toBeGreaterThan(5);
  });

  it('a clock that is set back meanwhile refuses no refresh', async () => {
    const { tokens, stand } = services;
    const { refreshToken } = await tokens.login(facts());
    stand.at = async (step) => {
      if (step === 'after rotate') harness.clock.set(-MINUTE_MS);
    };
    expect((await tokens.refresh({ refreshToken })).principal.subject).toBe('ada');
  });
});
