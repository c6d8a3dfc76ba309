import { AuthError } from '../../kernel/auth-error.js';

/** More than any client sends. */
const MAX_PARAMETERS = 64;

/** The parameters of an authorization request (RFC 6749 §3.1): an empty one is missing, others are ignored, none may be there twice. */
export class AuthorizationParameters {
  /** `undefined`: it was there more than once, or nested. */
  private readonly values = new Map<string, string | undefined>();

  private constructor(pairs: readonly (readonly [name: string, value: unknown])[]) {
    if (pairs.length > MAX_PARAMETERS)
      throw new AuthError('invalid_request', { detail: `more than ${MAX_PARAMETERS} parameters` });
    for (const [sent, value] of pairs) {
      // What one parser nests, another leaves alone: `scope[]` is one more `scope` for both.
      const [name = sent] = sent.split('[', 1);
      const isPlain = typeof value === 'string' && name === sent && !this.values.has(name);
      this.values.set(name, isPlain ? value : undefined);
    }
  }

  /** Those in the query of a URL. @throws AuthError `invalid_request` when there are too many */
  static ofQuery(url: string): AuthorizationParameters {
    const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
    return new AuthorizationParameters([...new URLSearchParams(query)]);
  }

  /** Those of a form, as a body parser left them. @throws AuthError `invalid_request` when there are too many */
  static ofForm(body: unknown): AuthorizationParameters {
    const members = typeof body === 'object' && body !== null ? Object.entries(body) : [];
    return new AuthorizationParameters(members);
  }

  /** Whether it was there more than once. */
  isRepeated(name: string): boolean {
    return this.values.has(name) && this.values.get(name) === undefined;
  }

  /** @throws AuthError `invalid_request` when it was there more than once */
  read(name: string): string | undefined {
    if (this.isRepeated(name)) throw repeated(name);
    return this.values.get(name) || undefined;
  }

  /** @throws AuthError `invalid_request` when any was there more than once */
  refuseRepeated(): void {
    for (const name of this.values.keys()) if (this.isRepeated(name)) throw repeated('a parameter');
  }
}

function repeated(name: string): AuthError {
  return new AuthError('invalid_request', { detail: `${name} is there more than once` });
}
