import assert from 'node:assert/strict';
import type { ContractCase, StoreHarness } from '../testing/contract.js';
import type { DeviceAuthorizationStore, DeviceCodes } from './device-authorization.store.js';
import { createDeviceCode, createUserCode, readDeviceCode } from './device-codes.js';

type Harness = StoreHarness<DeviceAuthorizationStore>;

const MINUTE_MS = 60_000;
const INTERVAL_MS = 5_000;
const AT_ONCE = 50;
const content = { clientId: 'a\n{tv}:*', request: '{"scope":["Ä\u0000\\n"]}', intervalMs: INTERVAL_MS };

async function begun({ store }: Harness): Promise<{ userCode: string; codes: DeviceCodes }> {
  const userCode = createUserCode();
  const codes = readDeviceCode(createDeviceCode(userCode));
  assert.ok(codes);
  assert.equal(await store.begin(codes, content, MINUTE_MS), 'begun');
  return { userCode, codes };
}

function atOnce<T>(
  { store, elsewhere }: Harness,
  call: (store: DeviceAuthorizationStore, at: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: AT_ONCE }, (_, at) => call(at % 2 === 0 ? store : elsewhere, at)));
}

/** Promises of every {@link DeviceAuthorizationStore}. */
export const deviceAuthorizationContract: readonly ContractCase<Harness>[] = [
  {
    name: '[8628] a device waits, its user agrees, and it is let in once',
    async run(harness) {
      const { store, elsewhere } = harness;
      const { userCode, codes } = await begun(harness);
      const { clientId, request } = content;
      assert.deepEqual(await store.poll(codes, clientId), { verdict: 'pending' });
      for (const each of [store, elsewhere])
        assert.deepEqual(await each.find(userCode), { verdict: 'pending', content: { clientId, request } });
      assert.equal(await store.redeem(codes), 'unknown');
      assert.equal(await elsewhere.approve(userCode, '{"subject":"ada"}'), 'approved');
      for (const each of [store, elsewhere, store])
        assert.deepEqual(await each.poll(codes, clientId), {
          verdict: 'approved',
          approval: '{"subject":"ada"}',
        });
      assert.equal(await store.redeem(codes), 'redeemed');
      assert.equal(await elsewhere.redeem(codes), 'unknown');
      assert.deepEqual(await store.poll(codes, clientId), { verdict: 'unknown' });
      assert.deepEqual(await store.find(userCode), { verdict: 'unknown' });
    },
  },
  {
    name: '[8628] a refusal is told, and can not be taken back',
    async run(harness) {
      const { store, elsewhere } = harness;
      const { userCode, codes } = await begun(harness);
      assert.equal(await store.deny(userCode), 'denied');
      assert.equal(await elsewhere.approve(userCode, '{}'), 'unknown');
      assert.deepEqual(await elsewhere.poll(codes, content.clientId), { verdict: 'denied' });
      assert.equal(await store.redeem(codes), 'unknown');
    },
  },
  {
    name: '[8628] of 50 answers at once one counts, and of 50 redemptions one',
    async run(harness) {
      const { userCode, codes } = await begun(harness);
      const answers = await atOnce(harness, (each, at) =>
        at % 3 === 0 ? each.deny(userCode) : each.approve(userCode, String(at)),
      );
      assert.equal(answers.filter((verdict) => verdict !== 'unknown').length, 1);
      const other = await begun(harness);
      await harness.store.approve(other.userCode, '{}');
      const redemptions = await atOnce(harness, (each) => each.redeem(other.codes));
      assert.equal(redemptions.filter((verdict) => verdict === 'redeemed').length, 1);
      assert.notEqual((await harness.store.poll(codes, content.clientId)).verdict, 'pending');
    },
  },
  {
    name: '[8628] who asks too early waits five seconds longer from then on',
    async run(harness) {
      const { store, elsewhere, advance } = harness;
      const { codes } = await begun(harness);
      const poll = async (each: DeviceAuthorizationStore) =>
        (await each.poll(codes, content.clientId)).verdict;
      assert.equal(await poll(store), 'pending');
      await advance(INTERVAL_MS);
      assert.equal(await poll(store), 'pending');
      assert.equal(await poll(elsewhere), 'slow_down');
      await advance(INTERVAL_MS);
      assert.equal(await poll(store), 'slow_down');
      await advance(3 * INTERVAL_MS);
      assert.equal(await poll(elsewhere), 'pending');
      const verdicts = await atOnce(harness, poll);
      assert.ok(verdicts.every((verdict) => verdict === 'slow_down'));
    },
  },
  {
    name: '[8628] a code that is too old is told apart from one that never was, and is good for nothing',
    async run(harness) {
      const { store, elsewhere, advance } = harness;
      const [agreed, waiting] = [await begun(harness), await begun(harness)];
      await store.approve(agreed.userCode, '{}');
      await advance(MINUTE_MS);
      for (const { codes } of [agreed, waiting]) {
        assert.deepEqual(await elsewhere.poll(codes, content.clientId), { verdict: 'expired' });
        assert.equal(await store.redeem(codes), 'unknown');
      }
      assert.deepEqual(await store.find(waiting.userCode), { verdict: 'unknown' });
      assert.equal(await store.approve(waiting.userCode, '{}'), 'unknown');
      await advance(10 * MINUTE_MS);
      assert.deepEqual(await store.poll(waiting.codes, content.clientId), { verdict: 'unknown' });
    },
  },
  {
    name: '[8628] a user code is shown by one device at a time',
    async run(harness) {
      const { store, elsewhere } = harness;
      const { userCode, codes } = await begun(harness);
      const other = { ...codes, secretHash: 'another one' };
      assert.equal(await elsewhere.begin(other, content, MINUTE_MS), 'taken');
      await store.approve(userCode, '{}');
      assert.deepEqual(await elsewhere.poll(other, content.clientId), { verdict: 'unknown' });
      assert.equal(await elsewhere.redeem(other), 'unknown');
      assert.deepEqual(await store.poll(codes, 'another client'), { verdict: 'unknown' });
      assert.equal(await store.redeem(codes), 'redeemed');
    },
  },
  {
    name: '[8628] of 50 devices with one user code at once one shows it',
    async run(harness) {
      const name = readDeviceCode(createDeviceCode(createUserCode()))?.name ?? '';
      const verdicts = await atOnce(harness, (each, at) =>
        each.begin({ name, secretHash: String(at) }, content, MINUTE_MS + 0.25),
      );
      assert.equal(verdicts.filter((verdict) => verdict === 'begun').length, 1);
    },
  },
];
