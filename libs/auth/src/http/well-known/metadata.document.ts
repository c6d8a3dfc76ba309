import { ASYMMETRIC_ALGORITHMS } from '../../jose/signing-algorithm.js';
import { digest } from '../../kernel/opaque.js';
import { CLIENT_AUTH_METHODS } from '../../oauth2/clients/oauth-client.js';
import type { Grants } from '../../oauth2/grants/grants.js';
import { type PublishedDocument, WellKnownDocument } from './well-known.document.js';
import type { OAuthPaths } from '../oauth2/oauth-controllers.js';
import type { OAuthUrls } from '../oauth2/oauth-urls.js';

const MAX_AGE_SECONDS = 300;

type Metadata = Readonly<Record<string, string | boolean | readonly string[]>>;

/** How clients authenticate at an endpoint; each has members of its own for that. */
function authentication(endpoint: string, methods: readonly string[] = CLIENT_AUTH_METHODS): Metadata {
  return {
    [`${endpoint}_auth_methods_supported`]: methods,
    [`${endpoint}_auth_signing_alg_values_supported`]: ASYMMETRIC_ALGORITHMS,
  };
}

/** What each endpoint adds where it is served. */
const aboutEndpoints: Readonly<Record<keyof OAuthPaths, (url: string, grants: Grants) => Metadata>> = {
  token: (url, { types }) => ({
    token_endpoint: url,
    ...authentication('token_endpoint'),
    grant_types_supported: types,
  }),
  revoke: (url) => ({ revocation_endpoint: url, ...authentication('revocation_endpoint') }),
  // RFC 8628 §4: clients authenticate there as at the token endpoint.
  deviceAuthorization: (url) => ({ device_authorization_endpoint: url }),
  introspect: (url) => ({
    introspection_endpoint: url,
    ...authentication(
      'introspection_endpoint',
      CLIENT_AUTH_METHODS.filter((method) => method !== 'none'),
    ),
  }),
  authorize: (url) => ({
    authorization_endpoint: url,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3
    authorization_response_iss_parameter_supported: true,
  }),
  register: (url) => ({ registration_endpoint: url }),
};

/** What clients have to know of this authorization server (RFC 8414): nothing that is switched off. */
export class MetadataDocument extends WellKnownDocument {
  readonly path: string;
  private document: PublishedDocument | undefined;

  /** @param folder of well-known documents, with a slash in front */
  constructor(
    private readonly issuer: string,
    private readonly folder: string,
    private readonly urls: OAuthUrls,
    private readonly about: {
      readonly grants: Grants;
      readonly takesClientDocuments: boolean;
      readonly takesProofs: boolean;
    },
  ) {
    super();
    // §3: the path of the issuer comes after the well-known one; §3.1: without a slash at its end.
    this.path = `${folder}/oauth-authorization-server${new URL(issuer).pathname.replace(/\/+$/, '')}`;
  }

  /** Made once it is asked for: where the endpoints are is known when the app is initialised. */
  read(): PublishedDocument {
    return (this.document ??= this.write());
  }

  private write(): PublishedDocument {
    const { grants, takesClientDocuments, takesProofs } = this.about;
    const endpoints = (Object.keys(aboutEndpoints) as (keyof OAuthPaths)[]).map((name) => {
      const url = this.urls.of(name);
      return url === undefined ? {} : aboutEndpoints[name](url, grants);
    });
    const metadata = Object.assign(
      {
        // §3.3: as it stands in tokens, byte for byte.
        issuer: this.issuer,
        jwks_uri: this.urls.at(`${this.folder}/jwks.json`),
        // What is left out would be a default of RFC 8414: two grants that may be switched off. These two are required.
        grant_types_supported: [],
        response_types_supported: [],
      } satisfies Metadata,
      takesClientDocuments ? { client_id_metadata_document_supported: true } : {},
      // RFC 9449 §5.1
      takesProofs ? { dpop_signing_alg_values_supported: ASYMMETRIC_ALGORITHMS } : {},
      ...endpoints,
    ) as Metadata;
    const body = JSON.stringify(metadata);
    const etag = `"${digest(body, 16)}"`;
    return { body, etag, type: 'application/json', maxAgeSeconds: MAX_AGE_SECONDS };
  }
}
