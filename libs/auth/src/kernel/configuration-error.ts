/** One mistake in the options: where it is and what would be right. */
export interface ConfigurationFinding {
  /** Path of the option, e.g. `accessToken.ttl`. */
  readonly option: string;
  /** What is wrong and what is expected. Never contains a secret. */
  readonly message: string;
}

/** Stops the boot; lists **every** mistake found in the options at once. */
export class AuthConfigurationError extends Error {
  override readonly name = 'AuthConfigurationError';

  constructor(readonly findings: readonly ConfigurationFinding[]) {
    const lines = findings.map(({ option, message }) => `  - ${option}: ${message}`);
    super(`${findings.length} mistake(s) in the Gatehouse options:\n${lines.join('\n')}`);
  }
}

/** Collects mistakes while options are being resolved, so that all of them are reported together. */
export class ConfigurationFindings {
  private readonly found: ConfigurationFinding[] = [];

  add(option: string, message: string): void {
    this.found.push({ option, message });
  }

  /** @throws AuthConfigurationError when anything was found. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new AuthConfigurationError([...this.found]);
  }
}
