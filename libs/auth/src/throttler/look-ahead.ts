import type { ExecutionContext } from '@nestjs/common';

/**
 * Reads what a call is going to need, in the question to the store that its limits ask anyway. It must change nothing and tell
 * nobody anything: the limits may refuse the call.
 */
export abstract class LookAhead {
  /** Begins to read; whatever it throws or rejects with comes up again where it is needed. */
  protected abstract begin(context: ExecutionContext): void;

  /** Begins unless that was decided at once, as for a client that is known to be refused: such a call asks the store nothing. */
  beside(decision: Promise<unknown>, context: ExecutionContext): void {
    let isDecided = false;
    const decided = (): void => void (isDecided = true);
    decision.then(decided, decided);
    queueMicrotask(() => {
      if (!isDecided) this.begin(context);
    });
  }
}
