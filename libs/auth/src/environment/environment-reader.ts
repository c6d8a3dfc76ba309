import { parseDuration } from '../kernel/duration.js';

/** One mistake in the environment. It never holds a value, which may be a secret in the wrong place. */
export interface EnvironmentMistake {
  readonly variable: string;
  readonly message: string;
}

const DURATION = 'expected a duration such as 500ms, 2s, 15m, 7d, or a whole number of seconds';

/** Reads variables one by one and notes what is wrong with them. An empty one counts as not set. */
export class EnvironmentReader {
  readonly mistakes: EnvironmentMistake[] = [];

  constructor(private readonly variables: Readonly<Record<string, unknown>>) {}

  /** A number counts as its text: validators make `300` of `'300'`. */
  text(variable: string): string | undefined {
    const value = this.variables[variable];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value.trim() || undefined;
    return typeof value === 'number' ? String(value) : this.refuse(variable, 'expected a text or a number');
  }

  /** Texts separated by commas, which are part of none. */
  list(variable: string): readonly string[] | undefined {
    const texts = this.text(variable)?.split(',');
    return texts?.map((text) => text.trim());
  }

  count(variable: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max
      ? value
      : this.refuse(variable, `expected a whole number from ${min} to ${max}`);
  }

  /** In milliseconds; a bare number is seconds, as people write them into environments. */
  durationMs(variable: string, minMs: number): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const millis = parseDuration(/^\d{1,9}$/.test(text) ? `${text}s` : text);
    if (millis === undefined) return this.refuse(variable, DURATION);
    return millis >= minMs ? millis : this.refuse(variable, `${DURATION}, of at least ${minMs}ms`);
  }

  /** Says it once, however often the variable is read. */
  refuse(variable: string, message: string): undefined {
    const isSaid = this.mistakes.some((said) => said.variable === variable && said.message === message);
    if (!isSaid) this.mistakes.push({ variable, message });
    return undefined;
  }
}
