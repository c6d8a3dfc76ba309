import { type WindowMedium, windowMedia } from '../../../../../test/throttler/window-media.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { randomId } from '../../kernel/opaque.js';
import type { CredentialThrottleOptions } from './credential-throttle.settings.js';
import { AuthError } from '../../kernel/auth-error.js';
import { CredentialThrottle } from './credential-throttle.service.js';
import { resolveThrottlerSettings } from '../throttler.settings.js';

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
      return new CredentialThrottle(settings, medium.credentials);
    };

    /** Guesses until refused; answers how many guesses were let through and how long the wait is. */
    async function guess(throttle: CredentialThrottle, account: string, ip: string, most = 200) {
      for (let guesses = 0; guesses < most; guesses++) {
        try {
          await (await throttle.begin(account, ip)).failed();
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

    /** What came of attempts at the same time, each decided after a turn of the event loop. */
    async function together(
      count: number,
      instances: readonly CredentialThrottle[],
      attempt: (index: number) => { account: string; ip: string; end: 'succeeded' | 'failed' | 'abandoned' },
    ): Promise<{ begun: number; codes: string[] }> {
      const codes: string[] = [];
      let begun = 0;
      const one = async (index: number): Promise<void> => {
        const { account, ip, end } = attempt(index);
        try {
          const started = await instances[index % instances.length]!.begin(account, ip);
          begun++;
          await new Promise((resolve) => setTimeout(resolve, 5));
          await started[end]();
        } catch (error) {
          codes.push(error instanceof AuthError ? error.code : String(error));
        }
      };
      await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
      return { begun, codes };
    }

    describe.each([1, 2])('[10-13] attempts in flight aren’t failures, %d instances', (count) => {
      const instances = (): CredentialThrottle[] => Array.from({ length: count }, () => throttleOf());

      it('60 honest users at once from one address all log in', async () => {
        const ip = freshAddress();
        const honest = (index: number) => ({ account: `${ip}-${index}`, ip, end: 'succeeded' as const });
        expect(await together(60, instances(), honest)).toEqual({ begun: 60, codes: [] });
      });

      it('six and more parallel logins of one user all succeed', async () => {
        const [account, ip] = [randomId(), freshAddress()];
        expect(await together(24, instances(), () => ({ account, ip, end: 'succeeded' }))).toEqual({
          begun: 24,
          codes: [],
        });
      });

      it('attempts that are abandoned at once cost nobody anything', async () => {
        const [account, ip] = [randomId(), freshAddress()];
        const { codes } = await together(20, instances(), () => ({ account, ip, end: 'abandoned' }));
        expect(codes).toEqual([]);
        expect((await guess(throttleOf(), account, ip)).guesses).toBe(5);
      });

      it('60 parallel guesses see the budget and no more', async () => {
        const [account, ip] = [randomId(), freshAddress()];
        const { begun, codes } = await together(60, instances(), () => ({ account, ip, end: 'failed' }));
        expect(begun).toBe(5);
        expect(new Set(codes)).toEqual(new Set(['quota_exceeded']));
      });

      it('60 parallel guesses on 60 accounts see the budget of the address', async () => {
        const ip = freshAddress();
        const guessing = (index: number) => ({ account: `${ip}-${index}`, ip, end: 'failed' as const });
        expect((await together(60, instances(), guessing)).begun).toBe(30);
      });
    });

    it('[10-13] what checks the credentials failing costs nothing, however often', async () => {
      const throttle = throttleOf();
      const [account, ip] = [randomId(), freshAddress()];
      for (let hiccup = 0; hiccup < 40; hiccup++) await (await throttle.begin(account, ip)).abandoned();
      expect((await guess(throttle, account, ip)).guesses).toBe(5);
    });

    it('[10-13] the first word about an attempt counts, later ones don’t', async () => {
      const throttle = throttleOf();
      const [account, ip] = [randomId(), freshAddress()];
      for (let attempt = 0; attempt < 5; attempt++) {
        const begun = await throttle.begin(account, ip);
        await begun.failed();
        await begun.abandoned();
        await begun.succeeded();
      }
      expect((await guess(throttle, account, ip)).guesses).toBe(0);
    });

    describe('[10-13] forgiving', () => {
      it('an account clears its failures from everywhere, at once in all instances, and only its own', async () => {
        const [throttle, elsewhere] = [throttleOf(), throttleOf()];
        const [account, other] = [randomId(), randomId()];
        const homes = [freshAddress(), freshAddress()];
        for (const home of homes) expect((await guess(throttle, account, home)).guesses).toBe(5);
        await guess(throttle, other, homes[0]!);
        await elsewhere.forgive(account.toUpperCase());
        for (const home of homes) expect((await guess(throttle, account, home)).guesses).toBe(5);
        expect((await guess(throttle, other, homes[0]!)).guesses).toBe(0);
      });

      it('an account clears the budget of all addresses together', async () => {
        const throttle = throttleOf({ perAccount: [{ failures: 3, within: '1h' }] });
        const account = randomId();
        expect((await guess(throttle, account, freshAddress())).guesses).toBe(3);
        expect((await guess(throttle, account, freshAddress())).guesses).toBe(0);
        await throttle.forgive(account);
        expect((await guess(throttle, account, freshAddress())).guesses).toBe(3);
      });

      it('an account at an address clears the failures from there', async () => {
        const [throttle, elsewhere] = [throttleOf(), throttleOf()];
        const [account, home, work] = [randomId(), freshAddress(), freshAddress()];
        for (const ip of [home, work]) await guess(throttle, account, ip);
        await elsewhere.forgive(account, home);
        expect((await guess(throttle, account, home)).guesses).toBe(5);
        expect((await guess(throttle, account, work)).guesses).toBe(0);
      });

      it.each(['', 'unknown', '192.0.2.256'])(
        '%j is no address to forgive anything from',
        async (address) => {
          const throttle = throttleOf();
          const account = randomId();
          await guess(throttle, account, 'unknown');
          await expect(throttle.forgive(account, address)).rejects.toThrow(
            new TypeError('This is no IP address, so no client is counted under it'),
          );
          expect((await guess(throttle, account, 'unknown')).guesses).toBe(0);
        },
      );
    });

    it('[10-13] `perAccount: false`: guessing from many machines never makes the owner wait', async () => {
      const throttle = throttleOf({ perAccount: false });
      const account = randomId();
      for (let machine = 0; machine < 30; machine++) await guess(throttle, account, freshAddress(), 4);
      await expect(throttle.begin(account, freshAddress())).resolves.toBeDefined();
    });

    it('[10-15] callers without an address share no budget, and no account is left without', async () => {
      const throttle = throttleOf();
      const [account, other] = [randomId(), randomId()];
      expect((await guess(throttle, account, 'unknown')).guesses).toBe(5);
      expect((await guess(throttle, other, '')).guesses).toBe(5);
      for (let user = 0; user < 40; user++)
        expect((await guess(throttle, `${other}-${user}`, 'unknown', 1)).guesses).toBe(1);
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

    it.each([' ALICE ', 'ａｌｉｃｅ', 'Álice', 'ali\u200bce', 'al\u00adice', 'alice\u0000'])(
      '[10-13] %j is the account alice',
      async (spelling) => {
        const throttle = throttleOf();
        const ip = freshAddress();
        await guess(throttle, 'alice', ip);
        expect((await guess(throttle, spelling, ip)).guesses).toBe(0);
      },
    );

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

    it('who logs in to an account of a similar name makes no address known to this one', async () => {
      const throttle = throttleOf({ perAccount: [{ failures: 4, within: '1h' }] });
      const [account, bot] = [`${randomId()}-alice`, freshAddress()];
      await (await throttle.begin(account.replace('alice', 'Alice'), bot)).succeeded();
      await guess(throttle, account, freshAddress(), 4);
      await expect(throttle.begin(account, bot)).rejects.toMatchObject({ code: 'quota_exceeded' });
      await expect(throttle.begin(account.replace('alice', 'Alice'), bot)).resolves.toBeDefined();
    });
  },
);
