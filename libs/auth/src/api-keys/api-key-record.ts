import { parseFacts } from '../subjects/stored-facts.js';
import type { ApiKey } from './api-key.js';

/** What never changes of a key, and is kept as JSON. */
type ApiKeyFacts = Omit<ApiKey, 'id' | 'createdAt' | 'expiresAt' | 'lastUsedAt'>;

/** Epoch ms; 0 is never. A client of Redis may be set to answer numbers as text. */
export type ApiKeyTimes = readonly [
  created: number | string,
  expires: number | string,
  used: number | string,
];

/** The JSON that is kept of a key: of these members, whatever else it came with. */
export function jsonOf({ name, subject, clientId, roles, scope, claims, rateLimit }: ApiKeyFacts): string {
  return JSON.stringify({ name, subject, clientId, roles, scope, claims, rateLimit });
}

/** A key as it is kept; `undefined` when that can't be read. */
export function apiKeyOf(id: string, json: string, times: ApiKeyTimes): ApiKey | undefined {
  const facts = parseFacts<ApiKeyFacts>(json);
  if (facts === undefined) return undefined;
  const { clientId, scope, rateLimit } = facts;
  const [createdAt = 0, expires, used] = times.map(Number);
  const instants = { createdAt, expiresAt: expires || undefined, lastUsedAt: used || undefined };
  // JSON leaves out what is undefined.
  return { ...facts, id, clientId, scope, rateLimit, ...instants };
}
