import type { ForeignIssuer } from '../token-blacklist.settings.js';
import type { IssuerLogout, RevocableToken, TokenBlacklistStore } from '../token-blacklist.store.js';

/** The issuer, as the service accepts it. */
export interface AcceptedIssuer extends ForeignIssuer {
  /** Longest lifetime of a token of it, in milliseconds. */
  readonly maxTtlMs: number;
}

/** What the contract is run against. */
export interface ForeignTokenHarness {
  readonly blacklist: TokenBlacklistStore;
  readonly foreign: AcceptedIssuer;
  readonly clock: { now(): number };
  /** Moves the time on, for what expires by itself as well. */
  pass(ms: number): Promise<void>;
}

export const SECOND_MS = 1000;
let serial = 0;

/** A name nobody else has. */
export function fresh(kind: string): string {
  return `${kind}-${++serial}`;
}

/** A token as the issuer signs it now: `iat` in whole seconds. */
export function issued(
  { clock, foreign }: Pick<ForeignTokenHarness, 'clock' | 'foreign'>,
  { subject = fresh('user'), clientId = 'spa', sid = fresh('sid'), laterMs = 0 } = {},
): RevocableToken {
  return {
    tokenId: fresh('token'),
    sessionId: undefined,
    subject,
    clientId,
    epoch: undefined,
    issuedAt: Math.floor((clock.now() + laterMs) / SECOND_MS) * SECOND_MS,
    claims: { iss: foreign.issuer, ...(sid !== '' && { sid }) },
  };
}

/** What the store says of tokens, in their order. */
export async function verdicts(
  { blacklist }: ForeignTokenHarness,
  ...tokens: RevocableToken[]
): Promise<boolean[]> {
  return Promise.all(tokens.map(async (token) => blacklist.isRevoked(token)));
}

/** What the issuer can have written until now: it may be ahead. The next second is later. */
export function untilNow({ foreign }: ForeignTokenHarness): number {
  return foreign.clockToleranceMs;
}

/** A logout token that the issuer signs now. */
export function logoutAt(
  harness: ForeignTokenHarness,
  over: { subject?: string; sessionId?: string },
): IssuerLogout {
  const { clock } = harness;
  const issuedAt = Math.floor(clock.now() / SECOND_MS) * SECOND_MS;
  const none = { subject: undefined, sessionId: undefined };
  return { ...none, tokenId: fresh('logout'), issuedAt, ttlMs: 120_000, ...over };
}
