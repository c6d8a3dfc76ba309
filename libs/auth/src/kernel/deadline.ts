import { storeUnavailable } from './auth-error.js';

const HOST_DEADLINE_MS = 3000;

/**
 * The answer, or a rejection with the error that `late` makes when there is none in time. What was asked goes on by
 * itself; its outcome is nobody's any more.
 * @param onHalfway told when half of the time is over
 * @param departure when what was asked has really left, where that is later: nobody is late before it has had its time
 */
export async function withinDeadline<T>(
  ask: () => Promise<T> | T,
  deadlineMs: number,
  late: () => Error,
  onHalfway?: () => void,
  departure?: { readonly at: number | undefined },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const deadline = new Promise<never>((_, reject) => {
    // After a stalled event loop timers run before sockets are read: an answer that is already there still counts.
    const end = (): void =>
      void setImmediate(() => {
        if (isOver) return;
        const leftMs = departure?.at === undefined ? 0 : departure.at + deadlineMs - performance.now();
        if (leftMs > 0) timer = setTimeout(end, leftMs);
        else reject(late());
      });
    const goOn = (): void => {
      timer = setTimeout(end, deadlineMs / 2);
      onHalfway?.();
    };
    timer = onHalfway === undefined ? setTimeout(end, deadlineMs) : setTimeout(goOn, deadlineMs / 2);
  });
  try {
    return await Promise.race([ask(), deadline]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

/**
 * What code of the host answers while a caller waits. A host that is late is an outage: nobody's credentials are bad by it.
 * @param name of what is asked, for the error
 * @param deadlineMs 3 s unless told otherwise
 * @throws AuthError `store_unavailable` when there is no answer in time; what the host throws
 */
export function answerOfHost<T>(
  name: string,
  ask: () => Promise<T> | T,
  deadlineMs = HOST_DEADLINE_MS,
): Promise<T> {
  return withinDeadline(ask, deadlineMs, () =>
    storeUnavailable(`${name} gave no answer within ${deadlineMs} ms`),
  );
}
