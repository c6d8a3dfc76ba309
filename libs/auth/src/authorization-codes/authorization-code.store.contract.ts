import assert from 'node:assert/strict';
import type { ContractCase, StoreHarness } from '../testing/contract.js';
import type { AuthorizationCodeContent, AuthorizationCodeStore } from './authorization-code.store.js';

type Harness = StoreHarness<AuthorizationCodeStore>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const AT_ONCE = 50;
let serial = 0;

function fresh(kind: string): string {
  return `${kind}-${process.pid}-${++serial}`;
}

function contentOf(changed: Partial<AuthorizationCodeContent> = {}): AuthorizationCodeContent {
  return {
    clientId: 'web',
    redirectUri: 'https://app.test/callback',
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    sessionId: fresh('session'),
    login: '{"subject":"ada"}',
    revocations: '1/2 3/4 5/6',
    ...changed,
  };
}

/** Issues a code, and answers it with what it is remembered as once it was used. */
async function issued({ store }: Harness, content = contentOf()): Promise<{ code: string; used: object }> {
  const code = fresh('code');
  await store.issue(code, content, MINUTE_MS);
  return { code, used: { verdict: 'used', clientId: content.clientId, sessionId: content.sessionId } };
}

/** Promises of every {@link AuthorizationCodeStore}. */
export const authorizationCodeContract: readonly ContractCase<Harness>[] = [
  {
    name: 'recalls on all instances what was issued, and uses nothing up by that',
    async run({ store, elsewhere }) {
      for (const changed of [
        {},
        { dpopJkt: 'thumbprint' },
        { clientId: 'a\n{b}:*', login: '{"name":"Ä\u0000\\n"}\n', revocations: '' },
      ]) {
        const content = contentOf(changed);
        const code = fresh('code');
        await store.issue(code, content, MINUTE_MS);
        for (const each of [store, elsewhere, store])
          assert.deepEqual(await each.recall(code), { verdict: 'issued', content });
        assert.equal((await elsewhere.redeem(code, HOUR_MS)).verdict, 'redeemed');
        const { clientId, sessionId } = content;
        assert.deepEqual(await store.recall(code), { verdict: 'used', clientId, sessionId });
      }
    },
  },
  {
    name: '[6749-5] is redeemed once; after that every instance tells whose it was, and which session it named',
    async run(harness) {
      const { store, elsewhere } = harness;
      const { code, used } = await issued(harness);
      assert.deepEqual(await store.redeem(code, HOUR_MS), { verdict: 'redeemed' });
      for (const each of [store, elsewhere]) {
        assert.deepEqual(await each.redeem(code, HOUR_MS), used);
        assert.deepEqual(await each.recall(code), used);
      }
    },
  },
  {
    name: '[6749-5] of 50 at once exactly one redeems it, and all others learn which session that opens',
    async run(harness) {
      const { store, elsewhere } = harness;
      const { code, used } = await issued(harness);
      const verdicts = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => (at % 2 === 0 ? store : elsewhere).redeem(code, HOUR_MS)),
      );
      assert.equal(verdicts.filter(({ verdict }) => verdict === 'redeemed').length, 1);
      for (const each of verdicts) if (each.verdict !== 'redeemed') assert.deepEqual(each, used);
    },
  },
  {
    name: 'knows nothing of a code that was never issued, and tells codes apart to the last character',
    async run(harness) {
      const { store } = harness;
      const { code } = await issued(harness);
      const long = code.padEnd(10_000, 'x');
      for (const other of [
        `${code} `,
        code.slice(0, -1),
        code.toUpperCase(),
        long,
        '',
        '{tag}',
        'ä\u0000:*',
      ]) {
        assert.deepEqual(await store.recall(other), { verdict: 'unknown' });
        assert.deepEqual(await store.redeem(other, HOUR_MS), { verdict: 'unknown' });
      }
      assert.equal((await store.recall(code)).verdict, 'issued');
    },
  },
  {
    name: '[6749-5] forgets a code once its time is over',
    async run(harness) {
      const { store, advance } = harness;
      const [early, late] = [await issued(harness), await issued(harness)];
      await advance(MINUTE_MS - 10_000);
      assert.deepEqual(await store.redeem(early.code, HOUR_MS), { verdict: 'redeemed' });
      await advance(20_000);
      assert.deepEqual(await store.recall(late.code), { verdict: 'unknown' });
      assert.deepEqual(await store.redeem(late.code, HOUR_MS), { verdict: 'unknown' });
      assert.deepEqual(await store.recall(early.code), early.used);
    },
  },
  {
    name: '[6749-5] remembers a use for as long as it said, and no longer for a further one',
    async run(harness) {
      const { store, advance } = harness;
      const { code, used } = await issued(harness);
      await store.redeem(code, HOUR_MS);
      await advance(HOUR_MS - 10_000);
      assert.deepEqual(await store.redeem(code, HOUR_MS), used);
      await advance(20_000);
      assert.deepEqual(await store.recall(code), { verdict: 'unknown' });
    },
  },
  {
    name: '[6749-5] remembers a use for as long as the code would have lived, however little was asked for',
    async run(harness) {
      const { store, advance } = harness;
      const { code, used } = await issued(harness);
      await store.redeem(code, 1);
      await advance(MINUTE_MS - 10_000);
      assert.deepEqual(await store.redeem(code, 1), used);
      await advance(20_000);
      assert.deepEqual(await store.redeem(code, 1), { verdict: 'unknown' });
    },
  },
  {
    name: 'takes parts of a millisecond',
    async run({ store }) {
      const code = fresh('code');
      await store.issue(code, contentOf(), MINUTE_MS + 0.25);
      assert.equal((await store.redeem(code, HOUR_MS + 0.25)).verdict, 'redeemed');
    },
  },
];
