import { apiKeyKeepingContract } from './contract/api-key-keeping.contract.js';
import { apiKeyRevocationContract } from './contract/api-key-revocation.contract.js';
import type { ApiKeyStore } from './api-key.store.js';

/** What the cases need: an empty store, and its time. */
type ApiKeyStoreHarness = {
  readonly store: ApiKeyStore;
  /** Moves the store's time on, be it that what is stored becomes older. */
  advance(ms: number): Promise<void> | void;
};

type Case = { readonly name: string; run(harness: ApiKeyStoreHarness): Promise<void> };

/** What every {@link ApiKeyStore} promises. */
export const apiKeyStoreContract: readonly Case[] = [...apiKeyKeepingContract, ...apiKeyRevocationContract];
