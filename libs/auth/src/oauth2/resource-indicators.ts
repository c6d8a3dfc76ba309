import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { AuthError } from '../kernel/auth-error.js';
import type { OAuthRequest } from './oauth-request.js';

// RFC 3986 §4.3, as far as URL doesn't mend it silently; RFC 8707 §2: without a fragment.
const ABSOLUTE_URI = /^[a-z][a-z\d+.-]*:[^\s#\p{Cc}]+$/iu;

/** Finds the resource that a token is asked for (RFC 8707): one of the values of `audience` that are URIs. */
@Injectable()
export class ResourceIndicators {
  /** Every `aud` that tokens are issued for, URI or not. */
  readonly all: readonly string[];
  private readonly audiences: ReadonlyMap<string, string>;

  constructor({ audience }: AccessTokensSettings) {
    this.all = audience;
    this.audiences = new Map(
      audience.flatMap((each) => (isAbsoluteUri(each) ? [[new URL(each).href, each]] : [])),
    );
  }

  /**
   * The `aud` that was asked for, as the options write it; `undefined` when none was. Clients may write the same URI in other
   * ways: with a slash after a host, say.
   * @throws AuthError `invalid_target`
   */
  namedBy(request: OAuthRequest): string | undefined {
    return this.named(request.read('resource').resource);
  }

  /** {@link namedBy} of the parameter itself. @throws AuthError `invalid_target` */
  named(resource: string | undefined): string | undefined {
    if (resource === undefined) return undefined;
    if (!isAbsoluteUri(resource)) throw refusal('resource must be an absolute URI without a fragment');
    const audience = this.audiences.get(new URL(resource).href);
    if (audience === undefined) throw refusal('no tokens are issued for this resource');
    return audience;
  }
}

function isAbsoluteUri(text: string): boolean {
  return ABSOLUTE_URI.test(text) && URL.canParse(text);
}

function refusal(detail: string): AuthError {
  return new AuthError('invalid_target', { detail });
}
