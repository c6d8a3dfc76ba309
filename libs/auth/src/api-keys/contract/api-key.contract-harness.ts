import assert from 'node:assert/strict';
import { ApiKeyGrammar } from '../api-key-text.js';
import type { ApiKey } from '../api-key.js';
import type { ApiKeyStore } from '../api-key.store.js';

/** What the contract is run against: a store, and its time. */
export interface ApiKeyStoreHarness {
  readonly store: ApiKeyStore;
  /** Moves the store's time on, be it that what is stored becomes older. */
  advance(ms: number): Promise<void> | void;
}

/** A key of the contract, as its holder could show it. */
export interface Added {
  readonly id: string;
  readonly secretHash: string;
  readonly key: ApiKey;
}

/** What a key of the contract is to be. */
export type Wanted = Partial<ApiKey> & { readonly ttlMs?: number | undefined };

/** A minute. */
export const MINUTE_MS = 60_000;
/** A year. */
export const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;
/** How many callers compete. */
export const AT_ONCE = 50;
/** How the keys of the contract are written. */
export const grammar = new ApiKeyGrammar('contract');
const MANY = 1000;
let serial = 0;

/** A name nobody used before. */
export function fresh(kind: string): string {
  return `${kind}-${process.pid}-${Date.now()}-${++serial}`;
}

/** Adds a key, or doesn't. */
export function tryAdd({ store }: ApiKeyStoreHarness, wanted: Wanted = {}, maxPerSubject = MANY) {
  const { ttlMs, subject = fresh('user'), ...facts } = wanted;
  const { id, secretHash } = grammar.issue(subject);
  const nothing = { clientId: undefined, roles: [], scope: undefined, claims: {}, rateLimit: undefined };
  const key = { name: 'a key', ...nothing, ...facts, id, subject, secretHash };
  return { id, secretHash, added: store.add(key, { ttlMs, maxPerSubject }) };
}

/** Adds a key and fails unless that works. */
export async function add(harness: ApiKeyStoreHarness, wanted: Wanted = {}): Promise<Added> {
  const { id, secretHash, added } = tryAdd(harness, wanted);
  const verdict = await added;
  assert.equal(verdict.verdict, 'added');
  return { id, secretHash, key: (verdict as { key: ApiKey }).key };
}

/** The word for a key that is shown. */
export async function wordFor({ store }: ApiKeyStoreHarness, { id, secretHash }: Added): Promise<string> {
  return (await store.present(id, secretHash)).verdict;
}

/** Shows a key and fails unless it is accepted. */
export async function accepted({ store }: ApiKeyStoreHarness, { id, secretHash }: Added): Promise<ApiKey> {
  const verdict = await store.present(id, secretHash);
  assert.equal(verdict.verdict, 'accepted');
  return (verdict as { key: ApiKey }).key;
}

/** A key that has ended is accepted, found and listed nowhere. */
export async function assertGone(harness: ApiKeyStoreHarness, key: Added): Promise<void> {
  assert.equal(await wordFor(harness, key), 'unknown');
  assert.equal(await harness.store.find(key.id), undefined);
  const listed = await harness.store.list(key.key.subject);
  assert.ok(!listed.some(({ id }) => id === key.id), 'a key that is gone is listed');
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** The same data; a store need not say what is undefined. */
export function assertSame(found: unknown, expected: unknown): void {
  assert.deepEqual(plain(found), plain(expected));
}
