import type { RouteAccess } from './route-access.js';

const SINGULAR = { roles: 'role', permissions: 'permission', scopes: 'scope' } as const;

/** Who may call a route, in a sentence; `undefined` where there is nothing to say. */
export function accessInWords(access: RouteAccess): string | undefined {
  if (access.isDenied) return 'Access: nobody, since the route does not say who may.';
  if (access.authentication === 'public') return undefined;
  if (access.authentication === 'optional')
    return 'Access: everybody; a credential that is shown has to be good.';
  const parts = [
    ...access.requires.map((clause) => clauseInWords(clause, access.orOwner)),
    ...loginInWords(access),
  ];
  if (access.needsProof) parts.push('an access token that is bound to a key (DPoP)');
  return `Access: ${parts.length === 0 ? 'whoever is authenticated' : parts.join('; ')}.`;
}

function clauseInWords({ kind, mode, names }: RouteAccess['requires'][number], orOwner: boolean): string {
  const quoted = names.map((name) => `\`${name}\``).join(mode === 'any' ? ' or ' : ' and ');
  const owned = orOwner && kind === 'permissions' ? ', or its `:own` form for what is the caller’s own' : '';
  return `${SINGULAR[kind]} ${quoted}${owned}`;
}

function loginInWords({ login }: RouteAccess): readonly string[] {
  if (login === undefined) return [];
  const { maxAgeMs, amr, acr } = login;
  const parts = [
    ...(maxAgeMs === undefined ? [] : [`at most ${Math.floor(maxAgeMs / 1000)} s ago`]),
    ...(amr.length === 0 ? [] : [`by ${amr.map((each) => `\`${each}\``).join(' and ')}`]),
    ...(acr === undefined ? [] : [`at ${acr.map((each) => `\`${each}\``).join(' or ')}`]),
  ];
  return [`a login ${parts.join(', ')}`];
}

/** The same as data, for tools. */
export function accessAsData(access: RouteAccess): object {
  const { authentication, requires, orOwner, isDenied, needsProof, login } = access;
  return {
    authentication,
    ...(isDenied && { denied: true }),
    ...(requires.length > 0 && { requires }),
    ...(orOwner && { orOwner }),
    ...(needsProof && { dpop: true }),
    ...(login !== undefined && {
      login: {
        ...(login.maxAgeMs !== undefined && { maxAgeSeconds: Math.floor(login.maxAgeMs / 1000) }),
        ...(login.amr.length > 0 && { amr: login.amr }),
        ...(login.acr !== undefined && { acr: login.acr }),
      },
    }),
  };
}
