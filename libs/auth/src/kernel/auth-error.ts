import { type AuthErrorCode, type ErrorCatalogueEntry, errorCatalogue } from './error-catalogue.js';

/** What an {@link AuthError} may carry besides its code. */
export interface AuthErrorOptions {
  /** Private explanation for logs and events; shown to clients only where the catalogue says so. Never a secret. */
  readonly detail?: string;
  /** The failure underneath, for logs. */
  readonly cause?: unknown;
  /** Seconds after which a retry may succeed (`Retry-After`). */
  readonly retryAfterSeconds?: number;
  /** The scope a token would have needed (RFC 6750 §3). */
  readonly scope?: readonly string[];
  /** Greatest accepted age of the authentication in seconds (RFC 9470 §3). */
  readonly maxAgeSeconds?: number;
  /** Further public members of the problem document (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The one error class of the library: a code of the catalogue plus what the occurrence adds. */
export class AuthError extends Error {
  override readonly name = 'AuthError';

  constructor(
    readonly code: AuthErrorCode,
    readonly options: AuthErrorOptions = {},
  ) {
    super(options.detail ?? errorCatalogue[code].title, { cause: options.cause });
  }

  /** The row of the catalogue this error belongs to. */
  get entry(): ErrorCatalogueEntry {
    return errorCatalogue[this.code];
  }
}
