import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import { isScopeToken } from '../../kernel/scope.js';
import type { DocumentClientsSettings } from '../../oauth2/client-documents/document-clients.js';
import type { RegistrationSettings } from '../../oauth2/client-registration/registration.settings.js';
import type { OAuthOptions } from './oauth-options.js';

type Documents = NonNullable<OAuthOptions['clientIdMetadataDocuments']>;
type Registration = NonNullable<OAuthOptions['registration']>;

const DAY_MS = 86_400_000;
const HOST = { pattern: /^[a-z\d-]+(?:\.[a-z\d-]+)+$/, expected: "the name of a host: 'app.example.com'" };

/** Resolves `oauth.clientIdMetadataDocuments`. */
export function readDocuments(read: OptionReader<Documents>): DocumentClientsSettings {
  const hosts = read.has('hosts') ? read.texts('hosts', [], HOST, { min: 1 }) : undefined;
  return Object.freeze({ scope: readScope(read), hosts });
}

/** Resolves `oauth.registration`. */
export function readRegistration(read: OptionReader<Registration>): RegistrationSettings {
  const ttlMs = read.duration('ttl', 90 * DAY_MS, { min: 60_000, bareMin: 60_000 });
  return Object.freeze({ scope: readScope(read), ttlMs });
}

function readScope(read: OptionReader<{ readonly scope: readonly string[] }>): readonly string[] {
  read.require('scope', 'the most that a client may have which nobody knows');
  const readOne = (entry: unknown, path: string): string | undefined => {
    if (isScopeToken(entry)) return entry;
    read.findings.add(path, 'expected a scope token (RFC 6749 §3.3)');
    return undefined;
  };
  return read.list('scope', readOne, { min: 1 }) ?? [];
}
