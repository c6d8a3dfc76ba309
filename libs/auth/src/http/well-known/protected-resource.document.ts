import { digest } from '../../kernel/opaque.js';
import type { ProtectedResourceSettings } from './protected-resource.settings.js';
import { type PublishedDocument, WellKnownDocument } from './well-known.document.js';

const MAX_AGE_SECONDS = 300;

/** What clients have to know of this resource server: above all, who issues tokens for it (RFC 9728). */
export class ProtectedResourceDocument extends WellKnownDocument {
  readonly path: string;
  private readonly document: PublishedDocument;

  /** @param proofAlgorithms empty where proofs aren't looked at */
  constructor(settings: ProtectedResourceSettings, proofAlgorithms: readonly string[]) {
    super();
    this.path = new URL(settings.metadataUrl).pathname;
    const body = JSON.stringify(metadataOf(settings, proofAlgorithms));
    this.document = {
      body,
      etag: `"${digest(body, 16)}"`,
      type: 'application/json',
      maxAgeSeconds: MAX_AGE_SECONDS,
    };
  }

  read(): PublishedDocument {
    return this.document;
  }
}

// §3.2: what is empty is left out.
function metadataOf(settings: ProtectedResourceSettings, proofAlgorithms: readonly string[]): object {
  const { resource, authorizationServers, scopesSupported, name, documentation } = settings;
  return {
    // §3.3: as it stands in the options, byte for byte.
    resource,
    ...(authorizationServers.length > 0 && { authorization_servers: authorizationServers }),
    ...(scopesSupported.length > 0 && { scopes_supported: scopesSupported }),
    bearer_methods_supported: ['header'],
    ...(proofAlgorithms.length > 0 && { dpop_signing_alg_values_supported: proofAlgorithms }),
    resource_name: name,
    resource_documentation: documentation,
  };
}
