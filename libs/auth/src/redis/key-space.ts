/** Names of our keys: `<prefix>:{<tag>}:<part>:<part>`; keys with one tag live in one Cluster slot. */
export class KeySpace {
  constructor(readonly prefix: string) {}

  /** A key under a hash tag. `tag` must not contain `{` or `}`. */
  key(tag: string, ...parts: readonly string[]): string {
    return this.base(tag) + parts.join(':');
  }

  /** What all keys under a hash tag begin with. */
  base(tag: string): string {
    return `${this.prefix}:{${tag}}:`;
  }
}
