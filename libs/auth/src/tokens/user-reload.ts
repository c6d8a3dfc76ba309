import { isNestException, storeUnavailable } from '../kernel/auth-error.js';
import { answerOfHost } from '../kernel/deadline.js';
import type { UserReload } from '../sessions/reloaded-user.js';
import type { Session } from '../sessions/session.js';
import { checkedUser, isNobody } from './checked-login.js';

/** `UserAuthenticator.reload`, whatever the host really answers. */
type AskHost = (subject: string, session: Pick<Session, 'id' | 'clientId' | 'sessionData'>) => unknown;

const METHOD = 'UserAuthenticator.reload()';

/**
 * How a host is asked about the users of sessions. The answer has to be the user who was asked for, or nobody.
 * @returns a function that throws `store_unavailable` when the host fails or is late, what it refuses in the words of Nest, and a
 * TypeError for nonsense
 */
export function userReloadBy(ask: AskHost): UserReload {
  return async ({ id, subject, clientId, sessionData }) => {
    const answer = await answerOfHost(METHOD, () => ask(subject, { id, clientId, sessionData })).catch(
      (error: unknown) => {
        throw failure(error);
      },
    );
    if (isNobody(answer)) return undefined;
    const user = checkedUser(answer, METHOD);
    if (user.subject === subject) return user;
    throw new TypeError(
      `${METHOD}: \`subject\` must be the one that was asked for, which a session never changes`,
    );
  };
}

/** A user table that can't be read says nothing about the user. */
function failure(error: unknown): unknown {
  if (isNestException(error)) return error;
  return storeUnavailable(`${METHOD} failed`, { cause: error });
}
