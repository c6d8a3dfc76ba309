import { isAuthError } from '../../kernel/auth-error.js';
import { failureReason } from '../../kernel/failure-reason.js';

/** What an error that Redis replied means: the row of its first word. */
export interface ReplyErrorMeaning {
  /** The first word of the reply; the rest may quote what was sent, and is never shown. */
  readonly code: string;
  /** For operators. */
  readonly meaning: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  READONLY: 'it takes no writes: a replica, or a master that was demoted',
  OOM: 'its memory is full (maxmemory)',
  MISCONF: 'it takes no writes, because it could not save its data',
  NOREPLICAS: 'it takes no writes, because too few replicas follow it (min-replicas-to-write)',
  BUSY: 'it runs a script of somebody else for too long',
  LOADING: 'it is still loading its data',
  MASTERDOWN: 'it is a replica without a master',
  CLUSTERDOWN: 'its cluster does not serve all slots',
  TRYAGAIN: 'it moves a slot to another server',
  MOVED: 'the slot is on another server, which could not be reached in time',
  ASK: 'the slot is moving to another server, which could not be reached in time',
  CROSSSLOT: 'keys of one call are in different slots: the client is no Cluster client',
  NOAUTH: 'it asks for a password',
  WRONGPASS: 'the user name or password is wrong',
  NOPERM: 'the user may not use a command, key or channel of ours (ACL)',
  WRONGTYPE: 'a key of ours holds something else',
  ERR: 'it refused a command',
};

// In scripts Redis says it with other words, which differ between versions.
const BY_ACL = /^NOPERM|ACL failure in script|user executing the script can't/;
// Redis 6.2 says of an error inside of a script where that was, and then what it would have said outside.
const FIRST_WORD = /^(?:ERR Error running script .*: -)?([A-Z]+)/;
// A provider took it away, or the server is too old for it.
const UNKNOWN = /unknown (redis )?command/i;

/** Whether an error that Redis replied says that a command, key or channel is forbidden, or that the command isn't there. */
export function isForbidden(message: string): boolean {
  return BY_ACL.test(message) || UNKNOWN.test(message);
}

/** The meaning of an error that Redis replied; `undefined` when it is none, but a failure on the way. */
export function meaningOf(error: unknown): ReplyErrorMeaning | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  const [, said = 'ERR'] = FIRST_WORD.exec(error.message) ?? [];
  const code = BY_ACL.test(error.message) ? 'NOPERM' : said;
  return { code, meaning: MEANINGS[code] ?? 'it refused a command' };
}

// What was sent, or what it would have touched, is the reason.
const OF_ONE_CALL = ['WRONGTYPE', 'ERR'];

/** Whether a call failed in a way that says nothing of others, as one that Redis didn't answer does, or that a replica refused. */
export function concernsOneCall(error: unknown): boolean {
  if (!isAuthError(error)) return true;
  const reply = meaningOf(error.occurrence.cause);
  return reply !== undefined && OF_ONE_CALL.includes(reply.code);
}

/** Why there is no connection, for operators: a reply is told by its meaning, a failure of the network as it is. */
export function reasonOf(error: unknown): string {
  const reply = meaningOf(error);
  return reply === undefined ? failureReason(error) : `${reply.code}: ${reply.meaning}`;
}

/** The same in a few words that name no server. */
export function kindOf(error: unknown): string {
  const reply = meaningOf(error);
  if (reply !== undefined) return `${reply.code}: ${reply.meaning}`;
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return [code, name].find((each) => typeof each === 'string' && /^\w+$/.test(each))?.toString() ?? 'Error';
}
