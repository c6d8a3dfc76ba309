import type { OAuthPaths } from '../../http/oauth2/oauth-controllers.js';
import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import type { OAuthOptions } from './oauth-options.js';

/** What is switched on of all that has an endpoint of its own. */
interface Served {
  readonly canAsk: boolean;
  readonly canRegister: boolean;
  readonly letsDevicesIn: boolean;
}

const PATH = { pattern: /^(?=.*[^/])[^\s?#]+$/, expected: "a path such as 'oauth/token', or false" };
/** Where the usual path isn't the name of the option. */
const SEGMENTS: Partial<Record<keyof OAuthPaths, string>> = { deviceAuthorization: 'device_authorization' };

/** Resolves `oauth.endpoints`. */
export function readPaths(
  read: OptionReader<NonNullable<OAuthOptions['endpoints']>>,
  { canAsk, canRegister, letsDevicesIn }: Served,
): OAuthPaths & { readonly metadata: boolean } {
  const path = (name: keyof OAuthPaths): string | false =>
    read.raw(name) === false ? false : read.text(name, `oauth/${SEGMENTS[name] ?? name}`, PATH);
  const pathIf = (can: boolean, name: keyof OAuthPaths, needs: string): string | false => {
    const given = path(name);
    if (!can && read.has(name) && given !== false) read.refuse(name, needs);
    return can && given;
  };
  const paths = {
    token: path('token'),
    revoke: path('revoke'),
    introspect: path('introspect'),
    authorize: pathIf(canAsk, 'authorize', 'needs oauth.interaction: somebody has to ask the users'),
    register: pathIf(canRegister, 'register', 'needs oauth.registration'),
    deviceAuthorization: pathIf(letsDevicesIn, 'deviceAuthorization', 'needs oauth.deviceAuthorization'),
  } as const satisfies OAuthPaths;
  for (const [at, [name, each]] of Object.entries(paths).entries()) {
    const earlier = Object.entries(paths).slice(0, at);
    const other = earlier.find(([, taken]) => each !== false && taken === each)?.[0];
    if (other !== undefined) read.refuse(name as keyof OAuthPaths, `is the path of ${other} already`);
  }
  return { ...paths, metadata: read.flag('metadata', true) };
}
