import { latestEffect } from './explain-session.js';
import { type History, isUnknown, type Operation } from './operation.js';

/** What the log says of a login whose subject was logged out everywhere twice meanwhile: a refusal (503) that no fault explains. */
export const LOGGED_OUT_AGAIN = /store_unavailable: the subject is being logged out again and again/;

/** Whether that may have happened: a login without an answer, and two logouts that may have come in between. */
export function hasRepeatedLogouts({ operations, faults }: History): boolean {
  const leaves = operations.filter(
    ({ request, answer }) => request.do === 'logout-all' && answer.status !== 401,
  );
  const isMeanwhile = (login: Operation, leave: Operation): boolean => {
    const until = isUnknown(leave) ? latestEffect(leave, faults) : leave.completedAt;
    return leave.user === login.user && leave.invokedAt < login.completedAt && until > login.invokedAt;
  };
  return operations.some(
    (login) =>
      login.request.do === 'login' &&
      isUnknown(login) &&
      leaves.filter((leave) => isMeanwhile(login, leave)).length >= 2,
  );
}
