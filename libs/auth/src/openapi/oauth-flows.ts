import type { DocumentedApp } from './documented-app.js';

/** One flow of OAuth 2, as OpenAPI describes it. */
interface Flow {
  readonly authorizationUrl?: string;
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  readonly scopes: Record<string, string>;
}

/** The flows whose endpoints are served; `undefined` where there are none, or where they are differs from call to call. */
export function oauthFlows(view: DocumentedApp): Readonly<Record<string, Flow>> | undefined {
  const tokenUrl = view.oauthUrl('token');
  if (tokenUrl === undefined) return undefined;
  const authorizationUrl = view.oauthUrl('authorize');
  const has = (type: string): boolean => view.grantTypes.includes(type);
  const flow = (): Flow => ({
    tokenUrl,
    ...(has('refresh_token') && { refreshUrl: tokenUrl }),
    scopes: scopesOf(view),
  });
  const flows = {
    ...(has('authorization_code') &&
      authorizationUrl !== undefined && { authorizationCode: { authorizationUrl, ...flow() } }),
    ...(has('client_credentials') && { clientCredentials: { tokenUrl, scopes: scopesOf(view) } }),
    ...(has('password') && { password: flow() }),
  };
  return Object.keys(flows).length === 0 ? undefined : flows;
}

/** Each with the permissions that it lets through. */
function scopesOf({ graph }: DocumentedApp): Record<string, string> {
  const { scopes = {} } = graph?.toJSON() ?? {};
  return Object.fromEntries(
    Object.entries(scopes).map(([token, permissions]) => [token, `Lets through: ${permissions.join(', ')}`]),
  );
}
