import type { INestApplicationContext } from '@nestjs/common';
import { ApiKeysSettings } from '../api-keys/api-keys.settings.js';
import { AppView } from '../app-view/app-view.js';
import type { CredentialScheme } from '../authentication/credential-scheme.js';
import { DPoPSettings } from '../dpop/dpop.settings.js';
import type { OAuthPaths } from '../http/oauth2/oauth-controllers.js';
import { OAuthUrls } from '../http/oauth2/oauth-urls.js';
import { WellKnownService } from '../http/well-known/well-known.service.js';
import { CREDENTIAL_SCHEMES } from '../module/credential-scheme-providers.js';
import { Grants } from '../oauth2/grants/grants.js';
import {
  defaultProblemDetailsSettings,
  ProblemDetailsSettings,
} from '../problem-details/problem-details.settings.js';

/** What of an application a document tells as well; what it doesn't have is `undefined`. */
export class DocumentedApp extends AppView {
  readonly apiKeys: ApiKeysSettings | undefined;
  readonly dpop: DPoPSettings | undefined;
  /** Those of the host and ours that clients are told of. */
  readonly schemes: readonly CredentialScheme<unknown>[];
  readonly problems: ProblemDetailsSettings;
  readonly wellKnown: WellKnownService | undefined;
  /** Values of `grant_type`; empty without OAuth 2. */
  readonly grantTypes: readonly string[];

  constructor(app: Pick<INestApplicationContext, 'get'>) {
    super(app);
    this.apiKeys = this.find(ApiKeysSettings);
    this.dpop = this.find(DPoPSettings);
    const schemes = this.find<readonly CredentialScheme<unknown>[]>(CREDENTIAL_SCHEMES) ?? [];
    this.schemes = schemes.filter(({ isDocumented }) => isDocumented !== false);
    this.problems = this.find(ProblemDetailsSettings) ?? defaultProblemDetailsSettings;
    this.wellKnown = this.find(WellKnownService);
    this.grantTypes = this.find(Grants)?.types ?? [];
  }

  /** The address of an endpoint for clients. */
  oauthUrl(name: keyof OAuthPaths): string | undefined {
    return this.find(OAuthUrls)?.of(name);
  }
}
