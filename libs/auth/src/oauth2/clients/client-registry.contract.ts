import assert from 'node:assert/strict';
import type { ClientRegistry } from './client-registry.js';
import { registeredClient } from './read-client.js';

/** What the cases need: clients that are there. */
type ClientRegistryHarness = {
  readonly registry: ClientRegistry;
  /** Id of a client that is registered. */
  readonly clientId: string;
};

type Case = { readonly name: string; run(harness: ClientRegistryHarness): Promise<void> };

/** Ids that a database or an object may take for something else. */
const STRANGE_IDS = ['', ' ', '*', "' OR '1'='1", '__proto__', 'constructor', 'toString', 'ä'.repeat(10_000)];

/** What every {@link ClientRegistry} promises. */
export const clientRegistryContract: readonly Case[] = [
  {
    name: 'answers a client by its id, registered as the app can use it',
    async run({ registry, clientId }) {
      const client = registeredClient(await registry.find(clientId), 'find()');
      if (typeof client === 'string') assert.fail(`the client can't be used: ${client}`);
      assert.equal(client.id, clientId);
    },
  },
  {
    name: 'answers nothing for an id that differs by case or by a character',
    async run({ registry, clientId }) {
      const swapped = clientId === clientId.toUpperCase() ? clientId.toLowerCase() : clientId.toUpperCase();
      for (const id of [swapped, `${clientId} `, `${clientId}x`, clientId.slice(0, -1)])
        if (id !== clientId) assert.equal((await registry.find(id)) ?? undefined, undefined);
    },
  },
  {
    name: 'answers nothing for an id that is unknown or strange, and throws nothing',
    async run({ registry }) {
      for (const id of ['client-of-nobody', ...STRANGE_IDS])
        assert.equal((await registry.find(id)) ?? undefined, undefined);
    },
  },
  {
    name: 'answers nobody else to many who ask at once',
    async run({ registry, clientId }) {
      const found = await Promise.all(
        Array.from({ length: 20 }, async (_, at) =>
          registry.find(at % 2 === 0 ? clientId : 'client-of-nobody'),
        ),
      );
      assert.deepEqual(
        found.map((client) => client?.id),
        found.map((_, at) => (at % 2 === 0 ? clientId : undefined)),
      );
    },
  },
];
