/** Decides whether a request path is exempt from authentication; exact entries and `…/*` prefixes. */
export class ExemptPaths {
  private readonly exact: ReadonlySet<string>;
  private readonly prefixes: readonly string[];

  constructor(patterns: readonly string[]) {
    this.exact = new Set(patterns.filter((pattern) => !pattern.endsWith('/*')));
    this.prefixes = patterns
      .filter((pattern) => pattern.endsWith('/*'))
      .map((pattern) => pattern.slice(0, -1));
  }

  /** @param url path of the request as sent, with or without a query. */
  includes(url: string): boolean {
    const path = url.split(/[?#]/, 1)[0] ?? url;
    if (this.exact.has(path)) return true;
    // A path that climbs or hides a separator could mean another route to somebody further on.
    return (
      this.prefixes.some((prefix) => path.startsWith(prefix)) &&
      !/(?:^|\/)\.\.?(?:\/|$)|%2e|%2f|%5c|\\/i.test(path)
    );
  }
}
