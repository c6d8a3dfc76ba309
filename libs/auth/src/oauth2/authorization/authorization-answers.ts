import { Injectable, Logger } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { type AuthError, isAuthError } from '../../kernel/auth-error.js';
import { failureReason } from '../../kernel/failure-reason.js';
import { answeredAt } from './redirect-uri.js';

/** Where an answer goes, and what has to go with it. */
type Addressee = { readonly redirectUri: string; readonly state?: string | undefined };

// RFC 6749 §A.8: NQSCHAR
const NOT_OF_DESCRIPTIONS = /[^\x20\x21\x23-\x5B\x5D-\x7E]/g;

/** Writes the answers of the authorization endpoint (RFC 6749 §4.1.2): all of them name the issuer (RFC 9207 §2). */
@Injectable()
export class AuthorizationAnswers {
  private readonly logger = new Logger('Gatehouse');
  private readonly issuer: string;

  constructor({ issuer }: AccessTokensSettings) {
    this.issuer = issuer;
  }

  /** The URL that hands over a code. */
  code({ redirectUri, state }: Addressee, code: string): string {
    return answeredAt(redirectUri, { code, state, iss: this.issuer });
  }

  /** The URL that tells an error. */
  error({ redirectUri, state }: Addressee, error: string, description?: string): string {
    const told = description?.replaceAll(NOT_OF_DESCRIPTIONS, "'");
    return answeredAt(redirectUri, { error, error_description: told, state, iss: this.issuer });
  }

  /** The URL that tells of what was thrown; what isn't ours is logged, and told as no more than that. */
  refusal(addressee: Addressee, thrown: unknown): string {
    if (!isAuthError(thrown)) {
      this.logger.error(`an authorization request failed: ${failureReason(thrown)}`);
      return this.error(addressee, 'server_error');
    }
    const { entry, occurrence } = thrown;
    if (entry.status >= 500) this.logger.warn(`${thrown.code}: ${thrown.reason}`);
    const description = (entry.showsDetail && occurrence.detail) || entry.title;
    return this.error(addressee, wordOf(thrown), description);
  }
}

/** RFC 6749 §4.1.2.1; a limit or an outage passes. */
function wordOf({ entry, occurrence, code }: AuthError): string {
  if (occurrence.oauthError !== undefined) return occurrence.oauthError;
  if (entry.status === 429 || entry.status === 503) return 'temporarily_unavailable';
  if (code === 'fresh_auth_required' || code === 'unauthenticated') return 'login_required';
  return entry.oauthError ?? (entry.status === 403 ? 'access_denied' : 'invalid_request');
}
