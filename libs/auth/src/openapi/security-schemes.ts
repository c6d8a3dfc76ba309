import { API_KEY_SCHEME } from '../kernel/principal.js';
import type { DocumentedApp } from './documented-app.js';
import { type Components, kept, type SecurityRequirement } from './document.js';
import { oauthFlows } from './oauth-flows.js';

/** What is to be known of callers. */
interface CallerTerms {
  /** Whether only tokens that are bound to a key will do. */
  readonly needsProof: boolean;
  /** Whether a login has to be behind it, and so no API key. */
  readonly needsLogin: boolean;
  /** Sets of scope tokens, one of which a token of OAuth 2 needs. Empty: any token will do. */
  readonly scopes: readonly (readonly string[])[];
}

/** The security schemes of an application; each gets into the document with the first route that takes it. */
export class SecuritySchemes {
  constructor(
    private readonly view: DocumentedApp,
    private readonly components: Components,
  ) {}

  /** Every way to show a credential on a route, one of which is enough. */
  waysIn(terms: CallerTerms): readonly SecurityRequirement[] {
    const { authentication, dpop } = this.view;
    const proof = dpop?.isOn === true ? [this.proven()] : [];
    if (terms.needsProof) return proof;
    const ways: SecurityRequirement[] = [
      ...(dpop?.isOn === true && dpop.isRequired ? [] : [this.bearer()]),
      ...(authentication?.fingerprintCookie === undefined
        ? []
        : [{ ...this.bearer(), ...this.cookie('fingerprintCookie', authentication.fingerprintCookie.name) }]),
      ...proof,
      ...(authentication?.accessCookie === undefined
        ? []
        : [this.cookie('accessCookie', authentication.accessCookie.name)]),
      ...(terms.needsLogin ? [] : this.apiKeys()),
      ...this.ofHost(),
      ...this.oauth(terms.scopes),
    ];
    return ways;
  }

  /** The refresh token in its cookie. */
  refreshCookie(): readonly SecurityRequirement[] {
    const { refreshCookie } = this.view.authentication ?? {};
    return refreshCookie === undefined ? [] : [this.cookie('refreshCookie', refreshCookie.name)];
  }

  /** How a client of OAuth 2 authenticates with its secret; the ways in the body need no scheme. */
  clientSecret(): SecurityRequirement {
    return this.scheme('clientSecret', {
      type: 'http',
      scheme: 'basic',
      description: 'Id and secret of a client, form-encoded each (RFC 6749 §2.3.1).',
    });
  }

  private bearer(): SecurityRequirement {
    return this.scheme('bearer', {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token.',
    });
  }

  /** The token, and the proof that its sender holds the key. */
  private proven(): SecurityRequirement {
    return {
      ...this.scheme('dpop', {
        type: 'http',
        scheme: 'DPoP',
        description: 'An access token that is bound to a key (RFC 9449).',
      }),
      ...this.scheme('dpopProof', {
        type: 'apiKey',
        in: 'header',
        name: 'DPoP',
        description: 'Proof that the sender holds the key, made for this one request.',
      }),
    };
  }

  private cookie(key: string, name: string): SecurityRequirement {
    return this.scheme(key, { type: 'apiKey', in: 'cookie', name });
  }

  private apiKeys(): readonly SecurityRequirement[] {
    const { apiKeys } = this.view;
    if (apiKeys?.isOn !== true) return [];
    const { header } = apiKeys;
    const authorized = this.scheme('apiKey', {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: `\`${API_KEY_SCHEME} <key>\``,
    });
    if (header === undefined) return [authorized];
    return [authorized, this.scheme('apiKeyHeader', { type: 'apiKey', in: 'header', name: header })];
  }

  private ofHost(): readonly SecurityRequirement[] {
    return this.view.schemes
      .map(({ scheme }) => scheme)
      .filter((scheme) => scheme !== API_KEY_SCHEME)
      .map((scheme) => this.scheme(scheme.replaceAll(/[^\w.-]/g, '-'), { type: 'http', scheme }));
  }

  private oauth(scopes: CallerTerms['scopes']): readonly SecurityRequirement[] {
    const flows = oauthFlows(this.view);
    if (flows === undefined) return [];
    this.scheme('oauth2', {
      type: 'oauth2',
      flows,
      description: 'An access token from the endpoints of this service.',
    });
    const known = new Set(Object.values(flows).flatMap((flow) => Object.keys(flow.scopes)));
    // A document may name no scope that its scheme doesn't.
    for (const token of scopes.flat().filter((each) => !known.has(each))) this.addScope(token);
    return scopes.length === 0 ? [{ oauth2: [] }] : scopes.map((tokens) => ({ oauth2: tokens }));
  }

  private addScope(token: string): void {
    const scheme: { flows?: object } = this.components.securitySchemes?.['oauth2'] ?? {};
    for (const flow of Object.values(scheme.flows ?? {}) as { scopes?: Record<string, string> }[])
      kept((flow.scopes ??= {}), token, () => '');
  }

  private scheme(name: string, scheme: object): SecurityRequirement {
    kept((this.components.securitySchemes ??= {}), name, () => scheme);
    return { [name]: [] };
  }
}
