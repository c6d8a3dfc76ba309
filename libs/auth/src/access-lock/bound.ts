import { withinDeadline } from '../kernel/deadline.js';
import { ReviewError } from './review-error.js';
import { shortest } from './lock/limits.js';

/** How long an app may take for each step. */
export interface Bound {
  readonly ms: number;
}

/** What an app does, unless it takes too long: a review that hangs says nothing in CI but "timed out". */
export function within<T>(work: () => Promise<T>, step: string, { ms }: Bound): Promise<T> {
  const late = (): Error =>
    new ReviewError(
      `the app is still ${step} after ${shortest(ms)}: it waits for something that isn't here, a database perhaps. ` +
        'Export a function that makes the app without it, or give it longer with --timeout',
    );
  return withinDeadline(work, ms, late);
}
