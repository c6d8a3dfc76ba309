import type { ExecutionContext } from '@nestjs/common';

/**
 * Reads what a call is going to need, in the question to the store that its limits ask anyway. It must change nothing and tell
 * nobody anything: the limits may refuse the call.
 */
export abstract class LookAhead {
  /** Begins unless that was decided at once, as for a client that is known to be refused: such a call asks the store nothing. */
  abstract beside(decision: Promise<unknown>, context: ExecutionContext): void;
}
