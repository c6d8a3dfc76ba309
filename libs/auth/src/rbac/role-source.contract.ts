import assert from 'node:assert/strict';
import { RoleGraph } from './graph/role-graph.js';
import type { RoleSource } from './role-source.js';

/** What the cases need: a source with roles in it. */
type RoleSourceHarness = {
  readonly source: RoleSource;
  /** Changes what is stored, so that another graph comes of it. Left out: the source tells of no change by itself. */
  readonly change?: () => Promise<void> | void;
  /** Waits until something holds, as the test runner does. @default a look every few milliseconds, for five seconds */
  readonly until?: (holds: () => boolean) => Promise<void>;
};

type Case = { readonly name: string; run(harness: RoleSourceHarness): Promise<void> };

const LONGEST_MS = 5_000;
const LOOK_EVERY_MS = 5;

async function soon(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_MS;
  while (!holds() && performance.now() < giveUpAt)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  assert.ok(holds(), 'the change was never told');
}

async function graphOf({ source }: RoleSourceHarness): Promise<string> {
  return JSON.stringify(RoleGraph.compile(await source.load()));
}

/** What every {@link RoleSource} promises. */
export const roleSourceContract: readonly Case[] = [
  {
    name: 'answers a definition that compiles: no cycle, no unknown name, no malformed permission',
    async run(harness) {
      await graphOf(harness);
    },
  },
  {
    name: 'answers the same roles again while nothing changes, however many ask',
    async run(harness) {
      const graphs = await Promise.all(Array.from({ length: 10 }, () => graphOf(harness)));
      assert.equal(new Set(graphs).size, 1);
    },
  },
  {
    name: 'answers what is stored by now, and tells a watcher of the change',
    async run(harness) {
      const { source, change, until = soon } = harness;
      if (change === undefined) return;
      const before = await graphOf(harness);
      let told = 0;
      const end = source.watch?.(() => {
        told += 1;
      });
      await change();
      if (end !== undefined) await until(() => told > 0);
      assert.notEqual(await graphOf(harness), before);
      end?.();
    },
  },
  {
    name: 'tells a watcher nothing more once that has ended',
    async run({ source, change, until = soon }) {
      if (change === undefined || source.watch === undefined) return;
      let [ended, other] = [0, 0];
      const end = source.watch(() => {
        ended += 1;
      });
      const endOther = source.watch(() => {
        other += 1;
      });
      end();
      await change();
      await until(() => other > 0);
      endOther();
      assert.equal(ended, 0);
    },
  },
];
