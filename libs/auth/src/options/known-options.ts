import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import type { AuthModuleOptions } from './auth-module-options.js';

// `satisfies` keeps the table complete: a new option that is missing here doesn't compile.
const known = {
  issuer: true,
  audience: true,
  redis: true,
  dangerouslyUseMemoryStoresInProduction: true,
  keys: true,
  accessTokens: true,
  sessions: true,
  revocation: true,
  access: true,
  throttle: true,
  authentication: true,
  problems: true,
  production: true,
} satisfies Record<keyof AuthModuleOptions, true>;

/** A misspelt option would silently leave a default in force: it is a finding instead. */
export function refuseUnknownOptions(options: AuthModuleOptions, findings: ConfigurationFindings): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) findings.add(name, 'is not an option');
  }
}
