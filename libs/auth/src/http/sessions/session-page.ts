import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { Session } from '../../sessions/session.js';
import { SESSION_ID } from '../../subjects/subject-keys.js';

/** The place of a session in the order of logins; both parts are in its row. */
export type SessionPlace = Pick<Session, 'id' | 'createdAt'>;

/** Which part of the list is asked for. */
export interface PageOfSessions {
  readonly limit: number;
  /** The last session of the page before. */
  readonly after: SessionPlace | undefined;
}

const GREATEST_LIMIT = 100;
const LIMIT = /^[1-9]\d{0,2}$/;
const PLACE = new RegExp(`^(\\d{1,15})\\.(${SESSION_ID})$`);

/** The parameters `limit` and `after` of a request; one that is empty counts as absent. @throws AuthError `invalid_request` */
export function pageOfSessions({ query }: Pick<CredentialRequest, 'query'>): PageOfSessions {
  const limit = parameterOf(query, 'limit');
  const after = parameterOf(query, 'after');
  if (limit !== undefined && !(LIMIT.test(limit) && Number(limit) <= GREATEST_LIMIT))
    throw refusal(`limit must be a whole number from 1 to ${GREATEST_LIMIT}`);
  return {
    limit: limit === undefined ? GREATEST_LIMIT : Number(limit),
    after: after === undefined ? undefined : readPlace(after),
  };
}

/** The `Link` to the next page (RFC 8288), relative to the request: a proxy may have changed its path. */
export function nextPageLink(limit: number, { id, createdAt }: SessionPlace): string {
  return `<?limit=${limit}&after=${createdAt}.${id}>; rel="next"`;
}

/** The order of logins. */
export function byLogin(a: SessionPlace, b: SessionPlace): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function parameterOf(query: unknown, name: string): string | undefined {
  if (typeof query !== 'object' || query === null || !Object.hasOwn(query, name)) return undefined;
  const sent: unknown = Reflect.get(query, name);
  if (typeof sent !== 'string') throw refusal(`${name} is sent more than once`);
  return sent === '' ? undefined : sent;
}

function readPlace(text: string): SessionPlace {
  const [, createdAt, id] = PLACE.exec(text) ?? [];
  if (id === undefined) throw refusal('after must be taken from the Link of the page before');
  return { id, createdAt: Number(createdAt) };
}

function refusal(detail: string): AuthError {
  return new AuthError('invalid_request', { detail });
}
