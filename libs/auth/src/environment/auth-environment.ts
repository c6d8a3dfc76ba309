import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import type { AuthModuleOptions } from '../options/auth-module-options.js';
import { readEnvironment } from './read-environment.js';

/** What `validate()` of a Standard Schema answers (https://standardschema.dev): the variables as they are, or every mistake. */
type Validation =
  | { readonly value: Record<string, unknown>; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[] };

/** A Standard Schema of the environment, without its package. */
type EnvironmentSchema = {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'nestjs-gatehouse';
    readonly validate: (variables: unknown) => Validation;
    readonly types?: {
      readonly input: Record<string, unknown>;
      readonly output: Record<string, unknown>;
    };
  };
};

/**
 * A [Standard Schema](https://standardschema.dev) of the variables that {@link authConfig} reads; others pass. No issue shows a value.
 * @example
 * ```ts
 * ConfigModule.forRoot({ validationSchema: authEnvironment, load: [registerAs('gatehouse', () => authConfig())] });
 * ```
 */
export const authEnvironment: EnvironmentSchema = {
  '~standard': { version: 1, vendor: 'nestjs-gatehouse', validate },
};

/**
 * Options of `AuthModule` as environment variables say them (`AUTH_SECRET`, `REDIS_URL`, `ACCESS_TTL`, …, listed in
 * docs/integration.md; a duration that is a bare number is seconds); what isn't set isn't there. Works with `@nestjs/config`, whose
 * `registerAs()` marks the function it is given, so give it one of your own, and without.
 * @throws AuthConfigurationError with every mistake, and no value
 * @example
 * ```ts
 * AuthModule.forRoot({ issuer: 'https://api.example.com', audience: 'api', ...authConfig(), userAuthenticator: Users });
 * ```
 */
export function authConfig(
  variables: Readonly<Record<string, unknown>> = process.env,
): Partial<AuthModuleOptions> {
  const { options, mistakes } = readEnvironment(variables);
  if (mistakes.length > 0)
    throw new AuthConfigurationError(
      mistakes.map(({ variable, message }) => ({ option: variable, message })),
    );
  return options;
}

function validate(variables: unknown): Validation {
  if (typeof variables !== 'object' || variables === null)
    return { issues: [{ message: 'expected an object of variables', path: [] }] };
  const value = variables as Record<string, unknown>;
  const { mistakes } = readEnvironment(value);
  if (mistakes.length === 0) return { value };
  return { issues: mistakes.map(({ variable, message }) => ({ message, path: [variable] })) };
}
