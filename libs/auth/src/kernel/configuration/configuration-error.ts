/** One mistake in the options: where it is and what would be right. */
type ConfigurationFinding = {
  /** Path of the option, e.g. `accessToken.ttl`. */
  readonly option: string;
  /** What is wrong and what is expected. Never contains a secret. */
  readonly message: string;
};

/** Stops the boot; lists **every** mistake found in the options at once. */
export class AuthConfigurationError extends Error {
  override readonly name = 'AuthConfigurationError';

  readonly #findings: readonly ConfigurationFinding[];

  /** @param options `cause`: what went wrong where an option led to */
  constructor(findings: readonly ConfigurationFinding[], options?: ErrorOptions) {
    const lines = findings.map(({ option, message }) => `  - ${option}: ${message}`);
    super(`${findings.length} mistake(s) in the Gatehouse options:\n${lines.join('\n')}`, options);
    this.#findings = findings;
  }

  /** Every mistake; not a property of its own, so that a logger that inspects the error doesn't write them twice. */
  get findings(): readonly ConfigurationFinding[] {
    return this.#findings;
  }
}

/** Collects mistakes while options are being resolved, so that all of them are reported together. */
export class ConfigurationFindings {
  private readonly found: ConfigurationFinding[] = [];

  add(option: string, message: string): void {
    this.found.push({ option, message });
  }

  /** Whether nothing was found so far. */
  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  /** Everything that was found so far. */
  get all(): readonly ConfigurationFinding[] {
    return this.found;
  }

  /** @throws AuthConfigurationError when anything was found. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new AuthConfigurationError([...this.found]);
  }
}
