import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AuthError } from '../../kernel/auth-error.js';

// Each round one of those that compete gets through, so this many may compete for the sessions of one subject.
const MAX_ATTEMPTS = 64;
const EAGER_ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 10;

/** Reply of a script that touches sessions it must be told of: `undeclared` names those it lacked. */
export type DeclaredReply<R> = R | readonly ['undeclared', readonly string[]];

/**
 * Runs a script that works on the sessions of a subject. Scripts must declare their keys, and only the script knows
 * which sessions there are at that instant: so it names what it lacks, does nothing, and is run again with those.
 * @throws AuthError `store_unavailable` when the sessions keep changing in between.
 */
export async function declaringSessions<R extends readonly unknown[]>(
  run: (sessionIds: readonly string[]) => Promise<unknown>,
): Promise<R> {
  let declared: readonly string[] = [];
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt >= EAGER_ATTEMPTS) await pause(randomInt(LONGEST_PAUSE_MS));
    const reply = (await run(declared)) as DeclaredReply<R>;
    if (!isUndeclared(reply)) return reply;
    declared = reply[1];
  }
  throw new AuthError('store_unavailable', {
    detail: 'the sessions of a subject kept changing',
    retryAfterSeconds: 1,
  });
}

function isUndeclared(reply: readonly unknown[]): reply is readonly ['undeclared', readonly string[]] {
  return reply[0] === 'undeclared';
}
