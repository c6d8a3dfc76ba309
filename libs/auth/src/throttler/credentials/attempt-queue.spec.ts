import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { resolveThrottlerSettings } from '../throttler.settings.js';
import { AttemptQueue, type QueueBounds } from './attempt-queue.js';
import { FailureBudgets, type TakenUnits } from './failure-budgets.js';

const refused = { code: 'quota_exceeded', options: { retryAfterSeconds: 60 } };
// No test waits that long: what ends sooner, ends for another reason.
const LONG_MS = 600_000;

/** A queue before accounts that forgive one failure a minute. */
function queueOf(bounds: Partial<QueueBounds>) {
  const findings = new ConfigurationFindings();
  const perAccountAndAddress = [{ failures: 1, within: '1m' }];
  const { credentials } = resolveThrottlerSettings({ credentials: { perAccountAndAddress } }, findings);
  findings.throwIfAny();
  const budgets = new FailureBudgets(credentials, new MemorySlidingWindowStore(new ManualClock()));
  const queue = new AttemptQueue({ maxWaitMs: LONG_MS, maxInLine: 500, maxWaiting: 5000, ...bounds });
  return {
    begin: (account: string): Promise<TakenUnits> => queue.admit(() => budgets.take(account, '192.0.2.1')),
    async succeed({ groups }: TakenUnits): Promise<void> {
      await budgets.giveBack(groups);
      queue.decided(groups.map(({ key }) => key));
    },
  };
}

describe('[10-13] attempts that wait for others', () => {
  it('are refused with a true wait when an attempt never ends', async () => {
    const { begin } = queueOf({ maxWaitMs: 100 });
    await begin('ann');
    await expect(begin('ann')).rejects.toMatchObject(refused);
  });

  it('go on one after another as soon as the one before is decided', async () => {
    const { begin, succeed } = queueOf({});
    const first = await begin('ann');
    const others = [begin('ann'), begin('ann'), begin('ann')].map(async (begun) => succeed(await begun));
    await succeed(first);
    await Promise.all(others);
  });

  it.each([
    ['one account', { maxInLine: 2 }, 'ann'],
    ['a process', { maxWaiting: 2 }, 'bob'],
  ])('of %s are bounded in number: one more is refused at once', async (_of, bounds, oneMore) => {
    const { begin, succeed } = queueOf(bounds);
    const held = [await begin('ann'), await begin('bob')];
    const waiting = [begin('ann'), begin('ann')].map(async (begun) => succeed(await begun));
    await expect(begin(oneMore)).rejects.toMatchObject(refused);
    await Promise.all(held.map(succeed));
    await Promise.all(waiting);
  });
});
