import type { DocumentedApp } from './documented-app.js';
import type { Refusal } from './refusals.js';
import type { RouteAccess } from './route-access.js';

// What changes nothing is never refused for coming from another site.
const SAFE = ['get', 'head', 'options'];

/** How our guards may refuse a call of a route, limits aside. */
export function refusalsOfAccess(view: DocumentedApp, access: RouteAccess, verb: string): readonly Refusal[] {
  if (access.authentication === 'public') return [];
  const { dpop, schemes, authentication } = view;
  const isRequired = access.authentication === 'required';
  const isAmbient = authentication?.accessCookie !== undefined || schemes.some((scheme) => scheme.isAmbient);
  const takesTokens = authentication !== undefined;
  return [
    ...(isRequired ? (['unauthenticated'] as const) : []),
    ...(takesTokens ? (['invalid_token'] as const) : []),
    ...(dpop?.isOn === true ? (['invalid_dpop_proof'] as const) : []),
    ...(dpop?.isOn === true && dpop.noncePeriodMs !== undefined ? (['use_dpop_nonce'] as const) : []),
    ...(access.login === undefined ? [] : (['fresh_auth_required'] as const)),
    ...(access.isDenied || asksFor(access, 'roles') || asksFor(access, 'permissions')
      ? (['access_denied'] as const)
      : []),
    ...(asksFor(access, 'scopes') || (asksFor(access, 'permissions') && access.scopes.length > 0)
      ? (['insufficient_scope'] as const)
      : []),
    ...(isAmbient && !SAFE.includes(verb) ? (['cross_site_request'] as const) : []),
    ...(takesTokens ? (['store_unavailable'] as const) : []),
  ];
}

/** How the limits of a route may refuse a call; those of API keys come with the key. */
export function refusalsOfLimits(
  view: DocumentedApp,
  { isLimited, access }: { readonly isLimited: boolean; readonly access: RouteAccess | undefined },
): readonly Refusal[] {
  const { throttler, apiKeys } = view;
  const showsKeys = apiKeys?.isOn === true && access !== undefined && access.authentication !== 'public';
  const closes = isLimited && throttler?.onStoreFailure === 'closed';
  return [
    ...(isLimited || (showsKeys && throttler !== undefined) ? (['quota_exceeded'] as const) : []),
    ...(closes ? (['store_unavailable'] as const) : []),
  ];
}

function asksFor({ requires }: RouteAccess, kind: RouteAccess['requires'][number]['kind']): boolean {
  return requires.some((clause) => clause.kind === kind);
}
