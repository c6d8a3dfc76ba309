import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import {
  type Credentials,
  CredentialCheckService,
  GivenBack,
} from '../../authentication/login/credential-check.service.js';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import { AuthError, statusOf } from '../../kernel/auth-error.js';
import { boundedDevice } from '../../sessions/session.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ClientLoginService } from './client-login.service.js';
import { Grant, type IssuedTokens } from './grant.js';

// As at the login. Hashing takes the longer the more there is.
const LONGEST_USERNAME = 320;
const LONGEST_PASSWORD = 1024;
const LONGEST_EXTRA = 4096;

/** A client of the host's own sends a user's password (RFC 6749 §4.3), which RFC 9700 §2.4 forbids: off unless asked for. */
@Injectable()
export class PasswordGrant extends Grant implements OnModuleInit {
  readonly type = 'password';

  constructor(
    private readonly credentials: CredentialCheckService,
    private readonly logins: ClientLoginService,
    private readonly settings: AuthenticationSettings,
  ) {
    super();
  }

  onModuleInit(): void {
    new Logger('Gatehouse').warn(IS_ON);
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    if (client.isFirstParty !== true)
      throw new AuthError('unauthorized_client', { detail: 'only a first-party client may see passwords' });
    const credentials = this.read(client, request);
    return new GivenBack().beside((givenBack) =>
      this.logins.complete(client, request, () => this.check(credentials, givenBack)),
    );
  }

  private read({ id: clientId }: OAuthClient, request: OAuthRequest): Credentials {
    const { extraFields } = this.settings.login;
    const extra = { ...request.read(...extraFields) };
    for (const name of extraFields) refuseLong(name, extra[name], LONGEST_EXTRA);
    const [username, password] = [request.require('username'), request.require('password')];
    refuseLong('username', username, LONGEST_USERNAME);
    refuseLong('password', password, LONGEST_PASSWORD);
    const { device } = request;
    const { ip, userAgent } = boundedDevice(device);
    return { username, password, context: { clientId, ip, userAgent, extra }, device };
  }

  private async check(credentials: Credentials, givenBack: GivenBack): Promise<AuthenticatedUser> {
    try {
      return (await this.credentials.check(credentials, givenBack)) as AuthenticatedUser;
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      // However the host says that the password is wrong, the client is told the same.
      throw new AuthError('invalid_grant', { detail: 'the credentials are not valid', cause: error });
    }
  }
}

const IS_ON =
  'oauth.dangerouslyAllowPasswordGrant is on: first-party clients see the passwords of users, which RFC 9700 §2.4 forbids. ' +
  'Move them to the authorization code grant.';

function refuseLong(name: string, value: string | undefined, longest: number): void {
  if (value !== undefined && value.length > longest)
    throw new AuthError('invalid_request', { detail: `${name} is longer than ${longest} characters` });
}
