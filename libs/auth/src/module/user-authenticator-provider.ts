import type { UserAuthenticator } from '../authentication/user-authenticator.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import type { OptionReader } from '../kernel/configuration/option-reader.js';
import { checkHostProvider, hasMethods, type HostPort } from './host-provider.js';

const PORT: HostPort = { methods: ['authenticate'], expected: 'authenticate(), see UserAuthenticator' };

/** Resolves the user authenticator; what can't be one is a finding. */
export function readUserAuthenticator<Provider>(
  read: OptionReader<{ userAuthenticator?: Provider | undefined }>,
): Provider | undefined {
  const given = read.raw('userAuthenticator');
  if (given !== undefined) checkHostProvider(given, read.pathOf('userAuthenticator'), read.findings, PORT);
  return given as Provider | undefined;
}

/** What the host's provider made. @throws AuthConfigurationError when it can't authenticate anybody */
export function soundAuthenticator(made: unknown): UserAuthenticator {
  if (!hasMethods(made, PORT))
    throw unsound(`expected an object with ${PORT.expected}; what was made has none`);
  const { reload } = made;
  if (reload !== undefined && typeof reload !== 'function')
    throw unsound('its reload must be a method, see UserAuthenticator, or left out');
  return made as UserAuthenticator & typeof made;
}

function unsound(message: string): AuthConfigurationError {
  return new AuthConfigurationError([{ option: 'userAuthenticator', message }]);
}
