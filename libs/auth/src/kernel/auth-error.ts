import { HttpException } from '@nestjs/common';
import { type AuthErrorCode, type ErrorCatalogueEntry, errorCatalogue } from './error-catalogue.js';

/** What an {@link AuthError} may carry besides its code. */
type AuthErrorOptions = {
  /** Private explanation for logs and events; shown to clients only where the catalogue says so. Never a secret. */
  readonly detail?: string;
  /** The failure underneath, for logs. */
  readonly cause?: unknown;
  /**
   * What the token endpoint says as `error` instead of the word of the catalogue: grants of their own have words of their own
   * (RFC 6749 §8.5), such as `authorization_pending`.
   */
  readonly oauthError?: string;
  /** Seconds after which a retry may succeed (`Retry-After`). */
  readonly retryAfterSeconds?: number;
  /** The auth-scheme of the credential that was refused (RFC 9110 §11.1). @default 'Bearer' */
  readonly scheme?: string | undefined;
  /** The scope a token would have needed (RFC 6750 §3). */
  readonly scope?: readonly string[];
  /** The nonce that the next proof needs (`DPoP-Nonce`, RFC 9449 §8). */
  readonly dpopNonce?: string | undefined;
  /** Greatest accepted age of the authentication in seconds (RFC 9470 §3). */
  readonly maxAgeSeconds?: number;
  /** Accepted authentication context classes, the preferred one first (RFC 9470 §3). */
  readonly acrValues?: readonly string[];
  /** Whether the failure was logged where it was noticed, so that each refusal is no further line. */
  readonly isReported?: boolean;
  /** Further public members of the problem document (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
};

// Of all copies of the package: an application may have two, and each has a class of its own.
const AUTH_ERROR = Symbol.for('gatehouse:auth-error');

/**
 * The one error class of the library: a code of the catalogue plus what the occurrence adds. It is an `HttpException`, so
 * that filters which know nothing of it answer with its status; `message` and `getResponse()` are public, `reason` isn't.
 */
export class AuthError extends HttpException {
  constructor(
    readonly code: AuthErrorCode,
    /** What was given besides the code; not `options`, which `HttpException` keeps to itself. */
    readonly occurrence: AuthErrorOptions = {},
  ) {
    super(publicBody(code, occurrence), errorCatalogue[code].status, occurrence);
    // By name, since a minifier renames classes.
    this.name = 'AuthError';
  }

  /** Makes `instanceof` and `@Catch(AuthError)` know the errors of another copy of the package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === AuthError ? isAuthError(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** The row of the catalogue this error belongs to. @internal */
  get entry(): ErrorCatalogueEntry {
    return errorCatalogue[this.code];
  }

  /** The status under the name that http-errors, Express and Fastify read. */
  get statusCode(): number {
    return this.entry.status;
  }

  /** Why, for logs and events: the private detail, or else the public title. */
  get reason(): string {
    return this.occurrence.detail ?? this.entry.title;
  }
}

Object.defineProperty(AuthError.prototype, AUTH_ERROR, { value: true });

/** Whether something thrown is an {@link AuthError}, of this copy of the package or of another. */
export function isAuthError(value: unknown): value is AuthError {
  return typeof value === 'object' && value !== null && AUTH_ERROR in value;
}

/** What a filter that isn't ours may show, in the member names of Nest's own exceptions. */
function publicBody(code: AuthErrorCode, { detail, extensions }: AuthErrorOptions): Record<string, unknown> {
  const { status, title, showsDetail }: ErrorCatalogueEntry = errorCatalogue[code];
  return { ...extensions, statusCode: status, code, message: (showsDetail && detail) || title };
}

/** The refusal (503) of what can't be decided because a store, a signer or a source of keys doesn't answer. */
export function storeUnavailable(
  detail: string,
  {
    cause,
    retryAfterSeconds = 1,
    isReported = false,
  }: Pick<AuthErrorOptions, 'cause' | 'retryAfterSeconds' | 'isReported'> = {},
): AuthError {
  return new AuthError('store_unavailable', { detail, cause, retryAfterSeconds, isReported });
}

/**
 * Whether something thrown says itself how it is to be answered: an exception of Nest, of whatever copy of the package, as our
 * own errors are. A client of HTTP only tells what it was answered.
 */
export function isNestException(error: unknown): error is Pick<HttpException, 'getStatus' | 'getResponse'> {
  const { getStatus, getResponse } = (error ?? {}) as Partial<HttpException>;
  return typeof getStatus === 'function' && typeof getResponse === 'function';
}

/** The status of an exception of Nest, of `http-errors` and HTTP clients, or of an error of ours, of whatever copy of the package. */
export function statusOf(error: unknown): unknown {
  if (isNestException(error)) return error.getStatus();
  const { entry, statusCode, status } = (error ?? {}) as Readonly<Record<string, unknown>> & {
    readonly entry?: { readonly status?: unknown };
  };
  return entry?.status ?? statusCode ?? status;
}
