/** Bounds of a whole number. */
export interface CountBounds {
  /** @default 1 */
  readonly min?: number;
  /** @default Number.MAX_SAFE_INTEGER */
  readonly max?: number;
}

/** How many entries a list needs. */
export interface ListBounds {
  /** @default 0 */
  readonly min?: 0 | 1;
}

/** What a text option has to look like, and how to say so. */
export interface TextShape {
  readonly pattern: RegExp;
  readonly expected: string;
}

/** What is said of a group that is none, and of names that are known but belong to another place. */
export interface GroupShape {
  /** @default 'an object' */
  readonly expected?: string;
  /** @default 'is not an option' */
  readonly stranger?: string;
  readonly elsewhere?: { readonly names: readonly string[]; readonly message: string };
}

/** What a text is unless something else is asked for. A space around a name comes from a file, and compares with nothing. */
export const ANY_TEXT: TextShape = {
  pattern: /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u,
  expected: 'text that is not empty, with no space around it',
};

/** Whether a value is text of a shape. */
export function isText({ pattern }: TextShape): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && pattern.test(value);
}
