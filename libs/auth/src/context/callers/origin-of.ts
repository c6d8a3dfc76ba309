import { clientText } from '../../kernel/text.js';
import { addressOf, type Caller } from './caller.js';
import { plainAddress } from './client-address.js';

/** What is told of the device behind a request; what isn't known is left out. */
export interface RequestDevice {
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly label?: string | undefined;
  /** `id` of the request; for the record of an event, nothing keeps it. */
  readonly requestId?: string | undefined;
}

/** Where a request came from, as the record of an event says it. */
export type Origin = { readonly [Name in 'address' | 'userAgent' | 'requestId']?: string | undefined };

/** What is read of a request to describe the device behind it; true of Express and Fastify alike. */
export interface DeviceRequest {
  readonly ip?: string;
  readonly id?: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const LONGEST_USER_AGENT = 256;
// What platforms and middleware make: counters, UUIDs, ULIDs, trace ids. Nothing that would begin another line of a log.
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** The device behind a request, for the session list and for records of events; a sign of something odd at most, never a check. */
export function deviceOf({ ip, id, headers }: DeviceRequest, label?: string): RequestDevice {
  const userAgent = headers['user-agent'];
  const requestId = soundRequestId(id);
  return {
    ...(ip !== undefined && { ip }),
    ...(typeof userAgent === 'string' && { userAgent }),
    ...(label !== undefined && { label }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Where a request of this device came from. */
export function originOfDevice({ ip, userAgent, requestId }: RequestDevice): Origin {
  return {
    address: plainAddress(ip),
    userAgent: userAgent === undefined ? undefined : clientText(userAgent, LONGEST_USER_AGENT),
    requestId: soundRequestId(requestId),
  };
}

/** Where a call came from, on whatever transport. */
export function originOf(call: object | undefined): Origin {
  if (call === undefined) return {};
  const caller: Caller = call;
  const { headers, handshake, id, extra } = caller;
  const userAgent = (headers ?? handshake?.headers ?? extra?.request?.headers)?.['user-agent'];
  return originOfDevice({
    ip: addressOf(caller),
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
    // Sockets have ids of their own, some of which are as good as a password for who knows them.
    requestId: handshake === undefined ? soundRequestId(id) : undefined,
  });
}

/**
 * The platform's or the host's own name of a request. Never what a header says: whoever sends it could write a token there, or
 * the id of somebody else's request.
 */
function soundRequestId(id: unknown): string | undefined {
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && REQUEST_ID.test(text) ? text : undefined;
}
