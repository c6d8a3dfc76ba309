import type { InjectionToken, Provider } from '@nestjs/common';
import { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import { AuthConfigurationError } from '../../kernel/configuration/configuration-error.js';
import { DPoPSettings } from '../../dpop/dpop.settings.js';
import { Clock } from '../../kernel/clock.js';
import { DocumentClients } from '../../oauth2/client-documents/document-clients.js';
import {
  DocumentDestinations,
  PublicDestinations,
} from '../../oauth2/client-documents/document-destinations.js';
import { RegisteredClientIds } from '../../oauth2/client-registration/registered-client-ids.js';
import { RegisteredClients } from '../../oauth2/client-registration/registered-clients.js';
import { ClientRegistry } from '../../oauth2/clients/client-registry.js';
import { MemoryClientRegistry } from '../../oauth2/clients/memory-client.registry.js';
import type { OAuthClient } from '../../oauth2/clients/oauth-client.js';
import { SeparateClients } from '../../oauth2/clients/separate-clients.js';
import { closingMedium } from '../../stores/closing-medium.js';
import { type HostProvider, hostProvider } from '../host-provider.js';
import type { OAuthShape } from './oauth-extras.js';

type Given = readonly OAuthClient[] | HostProvider<ClientRegistry>;

const GIVEN = Symbol('gatehouse:oauth.clients');

/** The registry of clients: those of the configuration, or the one of the host; and those that nobody registered, if they are welcome. */
export function clientRegistryProviders({
  clients: given,
  clientDocuments: documents,
  registration,
}: Pick<OAuthShape, 'clients' | 'clientDocuments' | 'registration'>): Provider[] {
  const listed = isList(given) ? given : [];
  return [
    isList(given)
      ? { provide: GIVEN, useValue: new MemoryClientRegistry(given) }
      : hostProvider(GIVEN, given),
    ...(documents === undefined ? [] : [destinationsProvider]),
    closingMedium({
      provide: ClientRegistry,
      inject: [
        GIVEN,
        AuthenticationSettings,
        DPoPSettings,
        Clock,
        optional(DocumentDestinations),
        optional(RegisteredClientIds),
      ],
      useFactory: (
        registry: ClientRegistry,
        { clientIds }: AuthenticationSettings,
        dpop: DPoPSettings,
        clock: Clock,
        destinations?: DocumentDestinations,
        ids?: RegisteredClientIds,
      ) => {
        refuseFirstPartyIds(listed, clientIds);
        if (!dpop.isOn) refuseProvingClients(listed);
        const described =
          documents && destinations
            ? new DocumentClients(registry, destinations, documents, clock)
            : registry;
        const all =
          registration && ids ? new RegisteredClients(described, ids, registration.scope) : described;
        return new SeparateClients(all, clientIds);
      },
    }),
  ];
}

const destinationsProvider: Provider = {
  provide: DocumentDestinations,
  useFactory: () => new PublicDestinations(),
};

function optional(token: InjectionToken): { token: InjectionToken; optional: true } {
  return { token, optional: true };
}

function isList(given: Given): given is readonly OAuthClient[] {
  return Array.isArray(given);
}

/** @throws AuthConfigurationError */
function refuseFirstPartyIds(clients: readonly OAuthClient[], firstPartyIds: readonly string[]): void {
  const at = clients.findIndex(({ id }) => firstPartyIds.includes(id));
  if (at < 0) return;
  const message = `'${clients[at]?.id}' is one of authentication.clientId: sessions of both would be the same`;
  throw new AuthConfigurationError([{ option: `oauth.clients[${at}].id`, message }]);
}

/** @throws AuthConfigurationError for a client that could get no token, since no proof is looked at */
function refuseProvingClients(clients: readonly OAuthClient[]): void {
  const at = clients.findIndex(({ dpopBoundAccessTokens }) => dpopBoundAccessTokens === true);
  if (at < 0) return;
  const option = `oauth.clients[${at}].dpopBoundAccessTokens`;
  throw new AuthConfigurationError([{ option, message: 'needs the option dpop' }]);
}
