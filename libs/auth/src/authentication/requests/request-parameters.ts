import { parseStrictObject } from '../../jose/strict-json.js';
import { AuthError } from '../../kernel/auth-error.js';
import { type CredentialRequest, isForm } from './credentials.js';

/** Parameters by name; one that is absent, empty or `null` is missing. */
export type RequestParameters<Name extends string> = { readonly [name in Name]?: string };

/** More than any endpoint reads, with room for what a client sends along. */
const MAX_PARAMETERS = 64;
/** Several times what the longest parameters take; of a longer body not even the names are listed. */
const MAX_BODY_BYTES = 64 * 1024;

const UTF8_JSON = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;

/**
 * The named parameters of a JSON or form body, in an object of their own: what else is in the body reaches nobody.
 * RFC 6749 §3.2: unknown parameters are ignored, one without a value counts as omitted, none may be there twice.
 * @throws AuthError `invalid_request` when the body is no flat object, has too many members, or one of these isn't text
 */
export function parametersOf<Name extends string>(
  request: CredentialRequest,
  names: readonly Name[],
): RequestParameters<Name> {
  const members = membersOf(request);
  const read = Object.create(null) as { [name in Name]?: string };
  for (const name of names) {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string') throw unreadable(`${name} must be a string`);
    read[name] = value;
  }
  return read;
}

/** Refuses a body that no endpoint of ours reads. @throws AuthError `invalid_request` */
export function refuseUnreadableBody(request: CredentialRequest): void {
  membersOf(request);
}

/** The members of a body that is flat and small. Neither depth nor width costs more than a look at each name. */
function membersOf({ headers, body, rawBody }: CredentialRequest): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return {};
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    throw unreadable(`the body is longer than ${MAX_BODY_BYTES} bytes`);
  if (Array.isArray(body)) throw unreadable('the body must be an object');
  const members = body as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  if (names.length > MAX_PARAMETERS) throw unreadable(`the body has more than ${MAX_PARAMETERS} members`);
  const type = String(headers['content-type'] ?? '');
  // Names with brackets are what one form parser nests and another leaves alone.
  const hasBrackets = (name: string): boolean => name.includes('[') && isForm(headers);
  const isNested = (name: string): boolean => isObject(members[name]) || hasBrackets(name);
  if (names.some(isNested)) throw unreadable('a member of the body is nested or sent more than once');
  if (UTF8_JSON.test(type) && isDoubled(rawBody))
    throw unreadable('a member of the body is sent more than once');
  return members;
}

/** Whether what a parser took for an object isn't one with each member once. No bytes are no body. */
function isDoubled(rawBody: unknown): boolean {
  return rawBody instanceof Uint8Array && rawBody.length > 0 && parseStrictObject(rawBody) === undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function unreadable(detail: string): AuthError {
  return new AuthError('invalid_request', { detail });
}
