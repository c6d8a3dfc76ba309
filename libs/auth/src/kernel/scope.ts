// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Splits a scope string (RFC 6749 §3.3) into its distinct tokens, or `undefined` when it isn't one. Empty text is no scope. */
export function parseScope(text: string): readonly string[] | undefined {
  const tokens = text.split(' ').filter((token) => token !== '');
  return tokens.every((token) => SCOPE_TOKEN.test(token)) ? [...new Set(tokens)] : undefined;
}

/** Whether something is one scope token. */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/** The wire form of a scope: tokens joined by one space. */
export function formatScope(scope: readonly string[]): string {
  return scope.join(' ');
}

/** What is in both of two scopes; `undefined` limits nothing. */
export function commonScope(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.filter((token) => other.includes(token));
}

/** Whether every token of `inner` is in `outer`. */
export function isScopeWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((token) => outer.includes(token));
}
