import assert from 'node:assert/strict';
import { keyProblem } from '../jose/key-strength.js';
import { isSignatureValid } from '../jose/signature.js';
import type { ContractCase } from '../testing/contract.js';
import { keyStateAt } from './signing-key.js';
import type { KeyRotationOutcome, KeyRotationRequest, KeySource } from './key-source.js';
import { canSign, type SigningKey } from './signing-key.js';

/** What the cases need: several handles on the keys of one app, as separate instances would have them. */
type KeySourceHarness = {
  readonly sources: readonly KeySource[];
  /** Epoch ms on the clock of the sources. @default Date.now */
  readonly now?: () => number;
};

const ROTATIONS = 20;

function sourceOf({ sources }: KeySourceHarness, at = 0): KeySource {
  const source = sources[at % sources.length];
  assert.ok(source);
  return source;
}

/** The one key that signs now. */
async function activeKey(harness: KeySourceHarness, at = 0): Promise<SigningKey> {
  const now = (harness.now ?? Date.now)();
  const keys = await sourceOf(harness, at).load();
  const active = keys.filter((key) => keyStateAt(key.lifetime, now) === 'active').filter(canSign);
  assert.equal(active.length, 1, `${active.length} keys sign at the same time`);
  return active[0]!;
}

async function kidsOf(source: KeySource): Promise<readonly string[]> {
  return (await source.load()).map(({ kid }) => kid);
}

/** The outcomes of simultaneous requests; `undefined` when the source says of all that it can't. */
async function rotateAtOnce(
  harness: KeySourceHarness,
  request: KeyRotationRequest,
): Promise<readonly KeyRotationOutcome[] | undefined> {
  const asked = Array.from({ length: ROTATIONS }, (_, at) => sourceOf(harness, at).rotate(request));
  const settled = await Promise.allSettled(asked);
  const refused = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  for (const { reason } of refused) assert.ok(reason instanceof Error, 'a refusal has to be an Error');
  if (refused.length === ROTATIONS) return undefined;
  assert.deepEqual(refused, [], 'a source that can rotate refuses nobody');
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

async function rotates(harness: KeySourceHarness, compromised: boolean): Promise<void> {
  const before = await kidsOf(sourceOf(harness));
  const { kid: replaces } = await activeKey(harness);
  const outcomes = await rotateAtOnce(harness, { replaces, compromised });
  if (outcomes === undefined) {
    assert.deepEqual(await kidsOf(sourceOf(harness)), before, 'a refused rotation changes nothing');
    return;
  }
  const rotated = outcomes.filter(({ outcome }) => outcome === 'rotated');
  assert.equal(rotated.length, 1, `${rotated.length} of ${ROTATIONS} requests rotated`);
  const fresh = rotated[0]!.keys.map(({ kid }) => kid).filter((kid) => !before.includes(kid));
  assert.equal(fresh.length, 1, 'a rotation answers one new key');
  for (const source of harness.sources) {
    const kids = await kidsOf(source);
    assert.ok(kids.includes(fresh[0]!), 'every instance finds the new key');
    assert.equal(kids.includes(replaces), !compromised, 'the old key verifies on unless it is compromised');
  }
}

/** What every {@link KeySource} of an app that signs promises. */
export const keySourceContract = [
  {
    name: 'answers sound keys, each under an id of its own',
    run: async (harness) => {
      const keys = await sourceOf(harness).load();
      assert.ok(keys.length > 0, 'there are no keys');
      for (const { kid, key, algorithm } of keys) assert.equal(keyProblem(key, algorithm), undefined, kid);
      assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length, 'a key id occurs twice');
    },
  },
  {
    name: 'has exactly one key that signs, and every instance can verify what it signed',
    run: async (harness) => {
      const { signer, kid, algorithm } = await activeKey(harness);
      const [header = '', claims = '', signature = ''] = (await signer.sign('JWT', { sub: 'a' })).split('.');
      assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
        alg: algorithm,
        typ: 'JWT',
        kid,
      });
      for (const source of harness.sources) {
        const key = (await source.load()).find((each) => each.kid === kid);
        assert.ok(key, `an instance doesn't know the key ${kid}`);
        const input = Buffer.from(`${header}.${claims}`);
        assert.ok(isSignatureValid(algorithm, key.key, input, Buffer.from(signature, 'base64url')));
      }
    },
  },
  {
    name: 'answers the same keys again while nothing changes, on every instance',
    run: async (harness) => {
      const seen = [...harness.sources, ...harness.sources].map(async (source) =>
        (await source.load()).map(({ kid, algorithm, lifetime }) => ({ kid, algorithm, lifetime })),
      );
      const [first, ...others] = await Promise.all(seen);
      for (const other of others) assert.deepEqual(other, first);
    },
  },
  {
    name: `rotates once for ${ROTATIONS} simultaneous requests, or says of all that it can't`,
    run: (harness) => rotates(harness, false),
  },
  {
    name: 'drops a compromised key at once, or says that it can not',
    run: (harness) => rotates(harness, true),
  },
  {
    name: 'tells a follower nothing more once that has ended',
    run: async (harness) => {
      let told = 0;
      const stop = sourceOf(harness).follow(() => (told += 1));
      assert.equal(typeof stop, 'function');
      stop();
      stop();
      const before = told;
      const { kid: replaces } = await activeKey(harness);
      await rotateAtOnce(harness, { replaces, compromised: false });
      await kidsOf(sourceOf(harness));
      assert.equal(told, before, 'a follower was told after it had ended');
    },
  },
] satisfies readonly ContractCase<KeySourceHarness>[];
