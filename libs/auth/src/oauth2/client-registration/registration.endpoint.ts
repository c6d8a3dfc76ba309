import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { originOf } from '../../context/callers/origin-of.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { AuthEvents } from '../../kernel/auth-events.js';
import type { Clock } from '../../kernel/clock.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import { formatScope } from '../../kernel/scope.js';
import { clientOfMetadata } from '../client-documents/client-of-metadata.js';
import type { RegisteredClientIds } from './registered-client-ids.js';
import type { RegistrationSettings } from './registration.settings.js';

type Answer = Readonly<Record<string, unknown>>;

const MAX_BODY_LENGTH = 5 * 1024;
const OF_REDIRECT_URIS = /^(?:redirect_uris|metadata\.redirectUris)\b/;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Lets clients register themselves (RFC 7591 §3): public ones, for users, within what the options say. */
export class RegistrationEndpoint {
  constructor(
    private readonly ids: RegisteredClientIds,
    private readonly settings: RegistrationSettings & {
      /** Whether proofs are looked at: without them no token can be bound. */
      readonly takesProofs: boolean;
    },
    private readonly clock: Clock,
    private readonly events: AuthEvents,
  ) {}

  /** @throws AuthError `invalid_request` */
  register(request: CredentialRequest): Answer {
    const metadata = metadataOf(request);
    const { scope } = this.settings;
    const client = clientOfMetadata(metadata, { id: 'registration', scope });
    if (typeof client === 'string') throw refusal(client);
    if (client.authMethod !== 'none') throw refusal('token_endpoint_auth_method has to be none');
    const { dpopBoundAccessTokens: isBound = false } = client;
    if (isBound && !this.settings.takesProofs)
      throw refusal('dpop_bound_access_tokens: this server takes no proofs');
    const issuedAt = Math.floor(this.clock.now() / 1000);
    const { name, grants, redirectUris = [] } = client;
    const expiresAt = issuedAt + Math.floor(this.settings.ttlMs / 1000);
    const clientId = this.ids.write({
      name,
      redirectUris,
      grants,
      issuedAt,
      expiresAt,
      ...(isBound && { bound: true }),
    });
    if (clientId === undefined) throw refusal('the names and addresses are too long');
    this.events.emitSeldom('client.registered', { clientId }, { key: String(request.ip) }, () =>
      originOf(request),
    );
    // §3.2.1: all that counts, as it counts. There is no secret that could expire.
    return {
      client_id: clientId,
      client_id_issued_at: issuedAt,
      client_name: name,
      redirect_uris: redirectUris,
      grant_types: grants,
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: formatScope(scope),
      ...(isBound && { dpop_bound_access_tokens: true }),
    };
  }
}

function metadataOf({ headers, body }: CredentialRequest): Record<string, unknown> {
  if (!JSON_TYPE.test(String(headers['content-type'] ?? '')) || !isObject(body))
    throw new AuthError('invalid_request', { detail: 'send a JSON object' });
  if (isLongerThan(MAX_BODY_LENGTH, body)) throw refusal('there is too much of it');
  return { ...body };
}

/** Whether names and values take more characters than that. Strangers choose depth and width: neither costs more than what is let in. */
function isLongerThan(most: number, body: object): boolean {
  const waiting: unknown[] = [body];
  let length = 0;
  for (let at = 0; at < waiting.length && length <= most; at += 1) {
    const value = waiting[at];
    length += typeof value === 'string' ? 1 + value.length : 1;
    if (typeof value === 'object' && value !== null) waiting.push(...partsOf(value, most));
  }
  return length > most;
}

function partsOf(value: object, most: number): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, most);
  return Object.keys(value)
    .slice(0, most)
    .flatMap((name) => [name, Reflect.get(value, name) as unknown]);
}

// §3.2.2
function refusal(detail: string): AuthError {
  const oauthError = OF_REDIRECT_URIS.test(detail) ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  return new AuthError('invalid_request', { oauthError, detail });
}
