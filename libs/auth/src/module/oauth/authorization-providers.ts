import type { Provider } from '@nestjs/common';
import { AuthorizationAnswers } from '../../oauth2/authorization/authorization-answers.js';
import { AuthorizationCheck } from '../../oauth2/authorization/authorization-check.js';
import { AuthorizationClients } from '../../oauth2/authorization/authorization-clients.js';
import { AuthorizationEndpoint } from '../../oauth2/authorization/authorization.endpoint.js';
import { AuthorizationHandover } from '../../oauth2/authorization/authorization-handover.js';
import { AuthorizationInteraction } from '../../oauth2/authorization/authorization-interaction.js';
import { AuthorizationService } from '../../oauth2/authorization/authorization.service.js';
import { CodeIssuer } from '../../oauth2/authorization/code-issuer.js';
import { PendingAuthorizations } from '../../oauth2/authorization/pending-authorizations.js';
import { hostProvider } from '../host-provider.js';
import type { OAuthShape } from './oauth-extras.js';

/** What the authorization endpoint stands on; nothing where nobody would ask the users. */
export function authorizationProviders(interaction: OAuthShape['interaction']): Provider[] {
  if (interaction === undefined) return [];
  return [
    hostProvider(AuthorizationInteraction, interaction),
    AuthorizationClients,
    AuthorizationCheck,
    AuthorizationAnswers,
    PendingAuthorizations,
    AuthorizationHandover,
    AuthorizationEndpoint,
    CodeIssuer,
    AuthorizationService,
  ];
}
