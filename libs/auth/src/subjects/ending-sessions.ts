import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { storeUnavailable } from '../kernel/auth-error.js';

// Of all calls that compete for the sessions of one subject, at least one succeeds in each round.
const MAX_IDLE_ROUNDS = 64;
const EAGER_ROUNDS = 4;
const LONGEST_PAUSE_MS = 10;

type MoreReply = readonly ['more', readonly string[], readonly string[], ...unknown[]];

/**
 * Reply of a script that ends sessions: `undeclared` and the sessions whose keys it needs; `more`, the sessions it ended
 * and those it will end next; or another word, the sessions it ended, nothing, and what it answers besides.
 */
export type EndingReply<Last extends readonly unknown[]> =
  readonly ['undeclared', readonly string[]] | MoreReply | Last;

/** What a script that ends sessions did, over all its calls. */
export interface EndedSessions<Last> {
  readonly ended: readonly string[];
  readonly last: Last;
}

/**
 * Runs a script that ends sessions of a subject until it has ended all that it has to. Each call is short, however many
 * sessions there are: it gets the sessions that the last one named, and ends a bounded number of them in one step.
 * @param run gets the declared sessions, and whether none was ended yet.
 * @throws AuthError `store_unavailable` when the sessions keep changing in between.
 */
export async function endingSessions<Last extends readonly [string, readonly string[], ...unknown[]]>(
  run: (sessionIds: readonly string[], isFirst: boolean) => Promise<unknown>,
): Promise<EndedSessions<Last>> {
  const ended: string[] = [];
  let declared: readonly string[] = [];
  let hasEnded = false;
  for (let idle = 0; idle < MAX_IDLE_ROUNDS; idle++) {
    if (idle >= EAGER_ROUNDS) await pause(randomInt(LONGEST_PAUSE_MS));
    const reply = (await run(declared, !hasEnded)) as EndingReply<Last>;
    if (isUndeclared(reply)) {
      declared = reply[1];
      continue;
    }
    ended.push(...reply[1]);
    if (!isMore<Last>(reply)) return { ended, last: reply };
    declared = reply[2];
    hasEnded = true;
    idle = -1;
  }
  throw storeUnavailable('the sessions of a subject kept changing');
}

function isUndeclared(reply: readonly unknown[]): reply is readonly ['undeclared', readonly string[]] {
  return reply[0] === 'undeclared';
}

function isMore<Last extends readonly unknown[]>(reply: EndingReply<Last>): reply is MoreReply {
  return reply[0] === 'more';
}
