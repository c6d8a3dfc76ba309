import { Injectable, type Type, type ValidationPipe } from '@nestjs/common';
import type * as classValidator from 'class-validator';
import { AuthenticationSettings, type LoginFields } from '../../authentication/authentication.settings.js';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { parametersOf } from '../../authentication/requests/request-parameters.js';
import { peers } from '../../peers/peers.js';
import { requestBodyPipe } from './request-body.pipe.js';

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

/** Reads the members that a login has and no others. */
@Injectable()
export class LoginRequestReader {
  private readonly fields: LoginFields;
  private readonly names: readonly string[];
  private readonly pipe: ValidationPipe;

  constructor({ login, clientIds }: AuthenticationSettings) {
    this.fields = login;
    const rules = rulesOf(login, clientIds);
    this.names = Object.keys(rules);
    this.pipe = requestBodyPipe(typeWith(rules));
  }

  /** @throws AuthError `invalid_request` that names the member, as the host calls it, and the rule */
  async read(request: CredentialRequest): Promise<LoginRequest> {
    const { usernameField, passwordField, extraFields } = this.fields;
    const sent = parametersOf(request, this.names);
    const body = (await this.pipe.transform(sent, { type: 'body' })) as Record<string, string>;
    const { [usernameField]: username = '', [passwordField]: password = '', scope } = body;
    const { client_id: clientId, device_label: deviceLabel } = body;
    const extra = Object.fromEntries(
      extraFields.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
    );
    return { username, password, scope, clientId, deviceLabel, extra };
  }
}

type Rules = Readonly<Record<string, readonly PropertyDecorator[]>>;

function rulesOf(
  { usernameField, passwordField, extraFields }: LoginFields,
  clientIds: readonly string[],
): Rules {
  const { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } = peers[
    'class-validator'
  ] as typeof classValidator;
  const required = (most: number) => [IsString(), IsNotEmpty(), MaxLength(most)];
  const optional = (most: number) => [IsOptional(), IsString(), MaxLength(most)];
  return {
    [usernameField]: required(320),
    // Bounded, since hashing takes the longer the more there is.
    [passwordField]: required(1024),
    scope: optional(2048),
    device_label: optional(100),
    // With one there is nothing to choose, and what a client calls itself is ignored as ever.
    ...(clientIds.length > 1 && { client_id: [IsOptional(), IsIn(clientIds)] }),
    ...Object.fromEntries(extraFields.map((name) => [name, optional(4096)])),
  };
}

/** A class of its own for each set of names: that is what class-validator keeps its rules by. */
function typeWith(rules: Rules): Type<object> {
  const Body = class LoginBody {};
  for (const [name, decorators] of Object.entries(rules))
    for (const decorate of decorators) decorate(Body.prototype, name);
  return Body;
}
