import type { CookieSettings } from '../authentication/cookies.settings.js';

/** Where a cookie is kept: two of one name at different places are two cookies (RFC 6265 §5.3). */
interface CookiePlace {
  readonly path: string;
  readonly domain: string | undefined;
  readonly partitioned: boolean;
}

/** The value of `Set-Cookie` that keeps a token. @param folder of the endpoint, as requested */
export function tokenCookie(
  settings: CookieSettings,
  folder: string,
  { value, maxAgeSeconds }: { readonly value: string; readonly maxAgeSeconds: number },
): string {
  return written(settings, placeOf(settings, folder), value, Math.max(0, maxAgeSeconds));
}

/** The values of `Set-Cookie` that clear the cookie of before `partitioned` was switched on or off: two would be sent from then on. */
export function clearedTwins(settings: CookieSettings, folder: string): readonly string[] {
  return twinsOf(settings, placeOf(settings, folder)).map((place) => written(settings, place, '', 0));
}

/** The values of `Set-Cookie` that clear a token wherever it may have been set. */
export function clearedCookies(settings: CookieSettings, folder: string): readonly string[] {
  return [placeOf(settings, folder), ...otherPlaces(settings, folder)].map((place) =>
    written(settings, place, '', 0),
  );
}

/** The same but for the place where the cookie is kept now: it was another path or domain before. */
export function clearedStrayCookies(settings: CookieSettings, folder: string): readonly string[] {
  return otherPlaces(settings, folder).map((place) => written(settings, place, '', 0));
}

function placeOf({ path, domain, partitioned }: CookieSettings, folder: string): CookiePlace {
  return { path: path ?? folder, domain, partitioned };
}

/** A browser sends cookies of the endpoint's folder and of the folders around it, of this host and of the domain. */
function otherPlaces(settings: CookieSettings, folder: string): readonly CookiePlace[] {
  const own = placeOf(settings, folder);
  // Browsers accept no other place for such a name.
  if (/^__host-/i.test(settings.name)) return twinsOf(settings, own);
  const paths = new Set([own.path, ...foldersAround(folder)]);
  const kinds = settings.sameSite === 'None' ? [false, true] : [own.partitioned];
  return [...paths]
    .flatMap((path) => [...new Set([undefined, own.domain])].map((domain) => ({ path, domain })))
    .flatMap((place) => kinds.map((partitioned) => ({ ...place, partitioned })))
    .filter(
      ({ path, domain, partitioned }) =>
        path !== own.path || domain !== own.domain || partitioned !== own.partitioned,
    );
}

/** Where it would be if `partitioned` were what it isn't: browsers keep both, and only pages of other sites (`None`) are concerned. */
function twinsOf({ sameSite }: CookieSettings, own: CookiePlace): readonly CookiePlace[] {
  return sameSite === 'None' ? [{ ...own, partitioned: !own.partitioned }] : [];
}

function foldersAround(folder: string): readonly string[] {
  const names = folder
    .split('/')
    .slice(1)
    .filter((name) => name !== '');
  return names.map((_, at) => `/${names.slice(0, names.length - at).join('/')}`).concat('/');
}

function written(
  { name, sameSite }: CookieSettings,
  { path, domain, partitioned }: CookiePlace,
  value: string,
  maxAgeSeconds: number,
): string {
  const where = `Path=${path}; ${domain === undefined ? '' : `Domain=${domain}; `}`;
  const lifetime = `Max-Age=${Math.floor(maxAgeSeconds)}`;
  const kind = `HttpOnly; Secure; SameSite=${sameSite}${partitioned ? '; Partitioned' : ''}`;
  return `${name}=${value}; ${lifetime}; ${where}${kind}`;
}
