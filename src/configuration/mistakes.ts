/** Stops the start; names every mistake that was found, not just the first. */
export class ConfigurationMistakes extends Error {
  override readonly name = 'ConfigurationMistakes';

  constructor(readonly mistakes: readonly string[]) {
    super(
      `${mistakes.length} mistake(s) in the configuration:\n${mistakes.map((m) => `  - ${m}`).join('\n')}`,
    );
  }
}

/** Collects mistakes while the configuration is being read. */
export class Mistakes {
  private readonly found: string[] = [];

  add(where: string, message: string): void {
    this.found.push(`${where}: ${message}`);
  }

  /** @throws ConfigurationMistakes when anything was found. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new ConfigurationMistakes([...this.found]);
  }
}
