import type { Provider } from '@nestjs/common';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import { Clock } from '../kernel/clock.js';
import {
  DocumentClients,
  type DocumentClientsSettings,
} from '../oauth2/client-documents/document-clients.js';
import {
  DocumentDestinations,
  PublicDestinations,
} from '../oauth2/client-documents/document-destinations.js';
import { ClientRegistry } from '../oauth2/clients/client-registry.js';
import { MemoryClientRegistry } from '../oauth2/clients/memory-client.registry.js';
import type { OAuthClient } from '../oauth2/clients/oauth-client.js';
import { SeparateClients } from '../oauth2/clients/separate-clients.js';
import { closingMedium } from '../stores/closing-medium.js';
import { type HostProvider, hostProvider } from './host-provider.js';

type Given = readonly OAuthClient[] | HostProvider<ClientRegistry>;

const GIVEN = Symbol('gatehouse:oauth.clients');

/**
 * The registry of clients: those of the configuration, or the one of the host; where it is switched on, also those that
 * describe themselves.
 */
export function clientRegistryProviders(
  given: Given,
  documents: DocumentClientsSettings | undefined,
): Provider[] {
  const listed = isList(given) ? given : [];
  return [
    isList(given)
      ? { provide: GIVEN, useValue: new MemoryClientRegistry(given) }
      : hostProvider(GIVEN, given),
    closingMedium({
      provide: ClientRegistry,
      inject: [GIVEN, AuthenticationSettings, Clock, { token: DocumentDestinations, optional: true }],
      useFactory: (
        registry: ClientRegistry,
        { clientIds }: AuthenticationSettings,
        clock: Clock,
        destinations: DocumentDestinations | undefined,
      ) => {
        refuseFirstPartyIds(listed, clientIds);
        const all =
          documents === undefined || destinations === undefined
            ? registry
            : new DocumentClients(registry, destinations, documents, clock);
        return new SeparateClients(all, clientIds);
      },
    }),
    ...(documents === undefined
      ? []
      : [{ provide: DocumentDestinations, useFactory: () => new PublicDestinations() }]),
  ];
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
