import { type WindowMedium, windowMedia } from '../../../../test/throttler/window-media.js';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { randomId } from '../kernel/opaque.js';
import type { CredentialThrottleOptions } from './credential-throttle.settings.js';
import { CredentialThrottle } from './credential-throttle.service.js';
import { resolveThrottlerSettings } from './throttler.settings.js';

const MINUTE_MS = 60_000;

// Addresses of a documentation range (RFC 5737, RFC 3849); each test takes one nobody else uses.
let addresses = 0;
const freshAddress = (): string => `2001:db8:${(++addresses).toString(16)}::1`;

describe.each(windowMedia)(
  '[obligation 8] [obligation 60] budgets of failed credentials on $name',
  ({ start }) => {
    let medium: WindowMedium;

    beforeAll(async () => {
      medium = await start();
    }, 120_000);

    afterAll(() => medium.stop());

    const throttleOf = (credentials: CredentialThrottleOptions = {}): CredentialThrottle => {
      const findings = new ConfigurationFindings();
      const settings = resolveThrottlerSettings({ credentials }, findings);
      findings.throwIfAny();
      return new CredentialThrottle(settings, medium.store);
    };

    /** Guesses until refused; answers how many guesses were let through and how long the wait is. */
    async function guess(throttle: CredentialThrottle, account: string, ip: string, most = 200) {
      for (let guesses = 0; guesses < most; guesses++) {
        try {
          (await throttle.begin(account, ip)).failed();
        } catch (error) {
          expect(error).toMatchObject({ code: 'quota_exceeded' });
          const { options } = error as { options: { retryAfterSeconds: number } };
          return { guesses, waitSeconds: options.retryAfterSeconds };
        }
      }
      return { guesses: most, waitSeconds: 0 };
    }

    it('the delay grows for who goes on guessing, and nobody is locked out for good', async () => {
      const throttle = throttleOf();
      const [account, ip] = [randomId(), freshAddress()];
      const waits: number[] = [];
      for (let round = 0; round < 4; round++) {
        const { waitSeconds } = await guess(throttle, account, ip);
        waits.push(waitSeconds);
        medium.clock.advance(waitSeconds * 1000);
      }
      expect(waits).toEqual([60, 540, 60, 2940]);
      expect((await guess(throttle, account, ip)).guesses).toBeGreaterThan(0);
    });

    it('successes cost nothing, so a shared address can log in all day', async () => {
      const throttle = throttleOf();
      const ip = freshAddress();
      for (let login = 0; login < 100; login++) await (await throttle.begin(`user-${login}`, ip)).succeeded();
      for (let login = 0; login < 30; login++) await (await throttle.begin('user', ip)).succeeded();
      expect((await guess(throttle, 'user', ip)).guesses).toBe(5);
    });

    it('parallel guesses can’t exceed the budget', async () => {
      const throttle = throttleOf();
      const [account, ip] = [randomId(), freshAddress()];
      const attempts = await Promise.allSettled(
        Array.from({ length: 50 }, () => throttle.begin(account, ip)),
      );
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    });

    it('an address has a budget for all accounts together', async () => {
      const throttle = throttleOf();
      const ip = freshAddress();
      let guesses = 0;
      for (let account = 0; account < 20; account++)
        guesses += (await guess(throttle, `${ip}-${account}`, ip, 4)).guesses;
      expect(guesses).toBe(30);
    });

    it('a refusal spends nothing, so other accounts of the address go on', async () => {
      const throttle = throttleOf();
      const ip = freshAddress();
      await guess(throttle, 'first', ip);
      for (let refused = 0; refused < 50; refused++) await guess(throttle, 'first', ip);
      expect((await guess(throttle, 'second', ip)).guesses).toBe(5);
    });

    it.each(['Alice', ' alice ', 'ALICE', 'ａｌｉｃｅ'])('%j is the account alice', async (spelling) => {
      const throttle = throttleOf();
      const ip = freshAddress();
      await guess(throttle, 'alice', ip);
      expect((await guess(throttle, spelling, ip)).guesses).toBe(0);
    });

    it('guessing from many addresses is stopped, but not the owner at a known address', async () => {
      const throttle = throttleOf();
      const [account, home] = [randomId(), freshAddress()];
      await (await throttle.begin(account, home)).succeeded();
      let guesses = 0;
      for (let machine = 0; machine < 30; machine++)
        guesses += (await guess(throttle, account, freshAddress(), 4)).guesses;
      expect(guesses).toBe(100);
      await (await throttle.begin(account, home)).succeeded();
      await expect(throttle.begin(account, freshAddress())).rejects.toMatchObject({ code: 'quota_exceeded' });
      medium.clock.advance(60 * MINUTE_MS);
      await expect(throttle.begin(account, freshAddress())).resolves.toBeDefined();
    });
  },
);
