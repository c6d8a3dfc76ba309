import { ANY_TEXT, isText } from '../../kernel/configuration/option-shapes.js';
import { isAuthError, storeUnavailable } from '../../kernel/auth-error.js';
import { answerOfHost } from '../../kernel/deadline.js';
import { failureReason } from '../../kernel/failure-reason.js';
import { isIdentifier } from '../../kernel/text.js';
import type { ClientRegistry } from './client-registry.js';
import { createClientSecret } from './client-secret.js';
import type { OAuthClient } from './oauth-client.js';
import { registeredClient } from './read-client.js';

const METHOD = 'ClientRegistry.find()';
const isAnyText = isText(ANY_TEXT);
const NOBODY: OAuthClient = {
  id: 'nobody',
  secretHashes: [createClientSecret().hash],
  grants: ['authorization_code', 'refresh_token'],
  scope: ['openid'],
  redirectUris: ['https://client.invalid/callback'],
};

/**
 * Asks the registry of the host for a client. What is registered counts as it is now, so nothing is kept.
 * @throws AuthError `store_unavailable` when the registry fails, is late, or answers something that is no client: nobody's
 * credentials are bad by it
 */
export async function findClient(
  registry: ClientRegistry,
  clientId: string,
): Promise<OAuthClient | undefined> {
  if (!canBeRegistered(clientId)) return undefined;
  const answer = await answered(registry, clientId);
  // Hosts answer what their database did, which may also compare names more loosely than we do.
  const isKnown = !!answer && (answer as Partial<OAuthClient>).id === clientId;
  // Nobody is read as well, so that the time doesn't tell who is there.
  const client = registeredClient(isKnown ? answer : NOBODY, METHOD);
  if (!isKnown) return undefined;
  if (typeof client !== 'string') return client;
  throw storeUnavailable(`a client is not registered soundly: ${client}`);
}

/** By the rules for ids of clients. Databases fail on some of the rest (NUL, say), and that would pass for an outage. */
function canBeRegistered(clientId: string): boolean {
  return isIdentifier(clientId) && isAnyText(clientId);
}

async function answered(registry: ClientRegistry, clientId: string): Promise<unknown> {
  try {
    return await answerOfHost<unknown>(METHOD, () => registry.find(clientId));
  } catch (error) {
    // A driver may quote its address, and passwords with it, in what goes to the log.
    throw isAuthError(error) ? error : storeUnavailable(`${METHOD} failed: ${failureReason(error)}`);
  }
}
