import type { Mistakes } from './mistakes.js';

/** Reads environment variables one by one and notes what is wrong with them. An empty variable counts as not set. */
export class EnvironmentReader {
  constructor(
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly mistakes: Mistakes,
  ) {}

  text(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistakes.add(name, `expected a whole number from ${min} to ${max}, got '${text}'`);
    return fallback;
  }

  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const text = this.text(name);
    if (text === undefined) return choices[0];
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) this.mistakes.add(name, `expected ${choices.join(' or ')}, got '${text}'`);
    return choice ?? choices[0];
  }
}
