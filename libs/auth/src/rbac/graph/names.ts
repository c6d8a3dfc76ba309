import { parseScope } from '../../kernel/scope.js';

const MAX_SEGMENTS = 8;
// The same for a role name.
const MAX_SEGMENT_LENGTH = 64;
const MAX_PERMISSION_LENGTH = 256;

/** What a name is meant to be: a pattern is a permission in which whole segments may be `*`. */
export type NameKind = 'role' | 'permission' | 'pattern' | 'scope';

/** Why a value isn't a name, and at which character (0-based) it goes wrong. */
export interface NameFault {
  readonly position: number;
  readonly message: string;
}

const ROLE = /^[A-Za-z0-9_.-]{1,64}$/;
const PERMISSION = /^[A-Za-z0-9_.-]{1,64}(?::[A-Za-z0-9_.-]{1,64}){0,7}$/;
const PATTERN = /^(?:\*|[A-Za-z0-9_.-]{1,64})(?::(?:\*|[A-Za-z0-9_.-]{1,64})){0,7}$/;

/** Whether a text is a permission: 1-8 segments of `A-Z a-z 0-9 _ . -`, no wildcard. */
export function isPermission(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_PERMISSION_LENGTH && PERMISSION.test(text);
}

// Reserved for grants: a role may have a permission on the caller's own things alone.
const OWN = ':own';

/** The form of a permission that counts for the caller's own things only. */
export function ownForm(permission: string): string {
  return `${permission}${OWN}`;
}

/** The permission that a `:own` form is of; `undefined` where the name is no such form. */
export function wholeOf(permission: string): string | undefined {
  return permission.endsWith(OWN) ? permission.slice(0, -OWN.length) : undefined;
}

/** Why a value isn't a name of its kind, or `undefined` when it is. Nothing is trimmed, folded or repaired. */
export function nameFault(kind: NameKind, value: unknown): NameFault | undefined {
  if (typeof value !== 'string') return { position: 0, message: `expected a string, got ${typeName(value)}` };
  if (value === '') return { position: 0, message: 'is empty' };
  switch (kind) {
    case 'role':
      return ROLE.test(value) ? undefined : segmentFault(value, 0);
    case 'scope':
      return parseScope(value)?.[0] === value
        ? undefined
        : { position: 0, message: 'is no scope token (RFC 6749 §3.3)' };
    default:
      return permissionFault(value, kind === 'pattern');
  }
}

function permissionFault(text: string, wildcards: boolean): NameFault | undefined {
  if (text.length > MAX_PERMISSION_LENGTH)
    return {
      position: MAX_PERMISSION_LENGTH,
      message: `is longer than ${MAX_PERMISSION_LENGTH} characters`,
    };
  if ((wildcards ? PATTERN : PERMISSION).test(text)) return undefined;
  let position = 0;
  for (const [index, segment] of text.split(':').entries()) {
    if (index === MAX_SEGMENTS) return { position, message: `has more than ${MAX_SEGMENTS} segments` };
    const sound = ROLE.test(segment) || (wildcards && segment === '*');
    if (!sound) return segmentFault(segment, position);
    position += segment.length + 1;
  }
  return { position: 0, message: 'is malformed' };
}

function segmentFault(segment: string, offset: number): NameFault {
  if (segment === '') return { position: offset, message: 'has an empty segment' };
  const at = segment.search(/[^A-Za-z0-9_.-]/);
  if (at < 0)
    return {
      position: offset + MAX_SEGMENT_LENGTH,
      message: `has a segment of more than ${MAX_SEGMENT_LENGTH} characters`,
    };
  return { position: offset + at, message: `has ${describe(segment, at)} where A-Z a-z 0-9 _ . - may be` };
}

function describe(segment: string, at: number): string {
  if (segment[at] === '*') return "a '*' that isn't a whole segment of a grant";
  return JSON.stringify(String.fromCodePoint(segment.codePointAt(at) ?? 0));
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
