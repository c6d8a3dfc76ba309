import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Something that holds a secret: logs, JSON and inspection show `[secret]` in its place. */
export abstract class Opaque {
  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** A secret in a place that may be shown: settings, addresses. Only {@link reveal} gives it back. */
export class OpaqueSecret<T = string> extends Opaque {
  readonly #value: T;

  constructor(value: T) {
    super();
    this.#value = value;
  }

  /** The secret itself, for the one call that needs it. */
  reveal(): T {
    return this.#value;
  }
}
