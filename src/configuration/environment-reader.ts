import type { Mistakes } from './mistakes.js';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h|d|w)?$/;

/** Reads environment variables one by one and notes what is wrong with them. An empty variable counts as not set. */
export class EnvironmentReader {
  constructor(
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly mistakes: Mistakes,
  ) {}

  text(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  /** Text of a form. It may hold a secret, so it is not repeated. */
  matching(name: string, form: RegExp, expected: string): string | undefined {
    const text = this.text(name);
    if (text !== undefined && !form.test(text)) this.mistakes.add(name, `expected ${expected}`);
    return text;
  }

  integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistakes.add(name, `expected a whole number from ${min} to ${max}, got '${text}'`);
    return fallback;
  }

  /** `2s`, `15m`, `7d`, `250ms`; a bare number is seconds. */
  durationMs(name: string, fallbackMs: number, minMs = 0): number {
    const text = this.text(name);
    if (text === undefined) return fallbackMs;
    const [, amount, unit = 's'] = DURATION.exec(text) ?? [];
    const millis = amount === undefined ? Number.NaN : Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    if (millis >= minMs) return millis;
    const least = minMs > 0 ? ` of at least ${minMs}ms` : '';
    this.mistakes.add(
      name,
      `expected seconds or a duration such as 500ms, 2s, 15m, 7d${least}, got '${text}'`,
    );
    return fallbackMs;
  }

  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const text = this.text(name);
    if (text === undefined) return choices[0];
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) this.mistakes.add(name, `expected ${choices.join(' or ')}, got '${text}'`);
    return choice ?? choices[0];
  }
}
