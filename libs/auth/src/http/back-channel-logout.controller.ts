import { HttpCode, Logger, Post, Req, Res } from '@nestjs/common';
import { type CredentialRequest, isForm } from '../authentication/requests/credentials.js';
import { parametersOf } from '../authentication/requests/request-parameters.js';
import { Public } from '../context/route-authentication.decorators.js';
import { AuthError, isAuthError } from '../kernel/auth-error.js';
import { BackChannelLogoutService } from '../tokens/back-channel-logout.service.js';

interface StatusResponse {
  status(code: number): unknown;
}

/** Why a logout was refused (OpenID Connect Back-Channel Logout 1.0 §2.8); what is wrong with a token is for the log. */
type LogoutRefusal = Readonly<Record<'error' | 'error_description', string>>;

/** Where the issuer tells of logouts (`backchannel_logout_uri`). {@link endpointControllers} gives it its path. */
@Public()
export class BackChannelLogoutController {
  private readonly logger = new Logger('Gatehouse');

  constructor(private readonly logouts: BackChannelLogoutService) {}

  @Post()
  @HttpCode(200)
  async logout(
    @Req() request: CredentialRequest,
    @Res() response: StatusResponse,
  ): Promise<LogoutRefusal | undefined> {
    try {
      await this.logouts.obey(logoutTokenOf(request));
      return undefined;
    } catch (error) {
      // Whatever the filters of a host make of refusals: the issuer reads its own form. A 503 is repeated.
      if (!isAuthError(error) || error.code === 'store_unavailable') throw error;
      this.logger.debug(`a back-channel logout was refused: ${error.reason}`);
      response.status(400);
      return refusalOf(error);
    }
  }
}

/** §2.5: a form, and nothing else. @throws AuthError `invalid_request` */
function logoutTokenOf(request: CredentialRequest): string {
  if (!isForm(request.headers))
    throw new AuthError('invalid_request', { detail: 'the logout token has to come in a form' });
  const { logout_token: token } = parametersOf(request, ['logout_token']);
  if (token === undefined) throw new AuthError('invalid_request', { detail: 'logout_token is missing' });
  return token;
}

function refusalOf({ code, reason }: AuthError): LogoutRefusal {
  const description = code === 'invalid_request' ? reason : 'the logout token is not valid';
  return { error: 'invalid_request', error_description: description };
}
