import { Injectable } from '@nestjs/common';
import { AuthenticationSettings, type LoginFields } from '../../authentication/authentication.settings.js';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { parametersOf } from '../../authentication/requests/request-parameters.js';
import { AuthError } from '../../kernel/auth-error.js';

/** Body of `POST /auth/login`, whatever the host calls its members. */
export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** Requested scope, space-separated. */
  readonly scope?: string | undefined;
  /** The client of the host that it is for, where there are several. */
  readonly clientId?: string | undefined;
  /** What the session list calls this device. */
  readonly deviceLabel?: string | undefined;
  /** The further members that the host declared, as far as they were sent. */
  readonly extra: Readonly<Record<string, string>>;
}

/** What a member has to be, besides text. */
interface Rule {
  readonly isRequired?: boolean;
  /** In characters. */
  readonly most?: number;
  readonly choices?: readonly string[];
}

/** Reads the members that a login has and no others. */
@Injectable()
export class LoginRequestReader {
  private readonly fields: LoginFields;
  private readonly rules: ReadonlyMap<string, Rule>;

  constructor({ login, clientIds }: AuthenticationSettings) {
    this.fields = login;
    this.rules = rulesOf(login, clientIds);
  }

  /** @throws AuthError `invalid_request` that names the member, as the host calls it, and the rule; never its value */
  read(request: CredentialRequest): LoginRequest {
    const { usernameField, passwordField, extraFields } = this.fields;
    const body = parametersOf(request, [...this.rules.keys()]);
    const broken = [...this.rules].flatMap(([name, rule]) => brokenRule(name, body[name], rule) ?? []);
    if (broken.length > 0) throw new AuthError('invalid_request', { detail: broken.join('; ') });
    const { [usernameField]: username = '', [passwordField]: password = '', scope } = body;
    const { client_id: clientId, device_label: deviceLabel } = body;
    const extra = Object.fromEntries(
      extraFields.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
    );
    return { username, password, scope, clientId, deviceLabel, extra };
  }
}

/** The most characters of a member. */
export const LONGEST = { username: 320, password: 1024, scope: 2048, deviceLabel: 100, extra: 4096 } as const;

function rulesOf(
  { usernameField, passwordField, extraFields }: LoginFields,
  clientIds: readonly string[],
): ReadonlyMap<string, Rule> {
  return new Map<string, Rule>([
    [usernameField, { isRequired: true, most: LONGEST.username }],
    // Bounded, since hashing takes the longer the more there is.
    [passwordField, { isRequired: true, most: LONGEST.password }],
    ['scope', { most: LONGEST.scope }],
    ['device_label', { most: LONGEST.deviceLabel }],
    // With one there is nothing to choose, and what a client calls itself is ignored as ever.
    ...(clientIds.length > 1 ? [['client_id', { choices: clientIds }] as const] : []),
    ...extraFields.map((name) => [name, { most: LONGEST.extra }] as const),
  ]);
}

/** The rule that a member breaks, in words; `undefined` when it breaks none. */
function brokenRule(
  name: string,
  value: string | undefined,
  { isRequired = false, most = Infinity, choices }: Rule,
): string | undefined {
  if (value === undefined) return isRequired ? `${name} must be a string` : undefined;
  // A character may be two units of a text.
  if (value.length > most && Array.from(value).length > most)
    return `${name} must be shorter than or equal to ${most} characters`;
  return choices === undefined || choices.includes(value)
    ? undefined
    : `${name} must be one of the following values: ${choices.join(', ')}`;
}
