/** Runs named checks and counts them; a failed one is printed and doesn't stop the rest. */
export class Checks {
  passed = 0;
  failed = 0;

  /** @returns what `run` returns, or `undefined` when it failed */
  async check(name, run) {
    const startedAt = performance.now();
    try {
      const result = await run();
      this.passed += 1;
      console.log(`  ✓ ${name} (${Math.round(performance.now() - startedAt)} ms)`);
      return result;
    } catch (error) {
      this.failed += 1;
      console.log(`  ✗ ${name}\n${indent(error instanceof Error ? error.message : String(error))}`);
      return undefined;
    }
  }

  /** A check that can't run because of an earlier failure counts as failed. */
  missed(name) {
    this.failed += 1;
    console.log(`  ✗ ${name}: not reached`);
  }

  /** The last line; `.ci/run` reads it. */
  report() {
    console.log(`package proof: ${this.passed} passed, ${this.failed} failed`);
  }
}

function indent(text) {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}
