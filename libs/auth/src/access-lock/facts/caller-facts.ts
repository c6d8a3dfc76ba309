import type { CredentialScheme } from '../../authentication/credential-scheme.js';
import { API_KEY_SCHEME } from '../../kernel/principal.js';
import { CREDENTIAL_SCHEMES } from '../../module/credential-scheme-providers.js';
import type { AppView } from '../../app-view/app-view.js';
import { AuthSettings } from '../../options/auth-settings.js';
import { byText, type CallerFacts } from '../lock/access-lock.js';

type Part = Pick<AppView, 'find'>;

/** How callers make themselves known; nothing where `AuthModule` isn't there, and the host says who calls. */
export function callerFacts(view: Part): CallerFacts {
  const settings = view.find(AuthSettings);
  if (settings === undefined) return { accepts: [], requires: [] };
  const { authentication, apiKeys, dpop, legacy } = settings;
  const { accessCookie, refreshCookie, fingerprintCookie, refreshTokenHeader } = authentication;
  const accepts = {
    [accessTokenOf(settings)]: true,
    'access token in a cookie': accessCookie !== undefined,
    'refresh token in a cookie': refreshCookie !== undefined,
    [`refresh token in the header ${refreshTokenHeader}`]: refreshTokenHeader !== undefined,
    'legacy access token': legacy?.accessToken !== undefined,
    'legacy refresh token': legacy?.refreshToken !== undefined,
    'API key': apiKeys.isOn,
  };
  return {
    accepts: [...whereTrue(accepts), ...schemesOf(view)].sort(byText),
    requires: whereTrue({ DPoP: dpop.isRequired, 'fingerprint cookie': fingerprintCookie !== undefined }),
  };
}

/** Our own issuer has the name of its environment, which changes nothing; that of another one is whom the app trusts. */
function accessTokenOf({ accessTokens: { foreign, issuer } }: AuthSettings): string {
  return foreign === undefined ? 'access token' : `access token of ${issuer}`;
}

/** Those that documents don't tell of as well. */
function schemesOf(view: Part): readonly string[] {
  const schemes = view.find<readonly CredentialScheme<unknown>[]>(CREDENTIAL_SCHEMES) ?? [];
  return schemes.filter(({ scheme }) => scheme !== API_KEY_SCHEME).map(({ scheme }) => `scheme ${scheme}`);
}

function whereTrue(facts: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(facts).filter((name) => facts[name] === true);
}
