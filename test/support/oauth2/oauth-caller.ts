import { type Answer, Client } from '../app/client.js';

/** How a request differs from a plain form. */
interface TokenRequest {
  /** The `Authorization` header. */
  readonly header?: string;
  readonly path?: string;
}

/** Talks to the endpoints for clients. */
export class OAuthCaller extends Client {
  /** Posts a form to the token endpoint. */
  token(form: Readonly<Record<string, string>> | string, init: TokenRequest = {}): Promise<Answer> {
    return this.form(init.path ?? '/oauth/token', form, init);
  }

  /** Posts a form. */
  form(
    path: string,
    form: Readonly<Record<string, string>> | string,
    { header }: TokenRequest = {},
  ): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(header !== undefined && { authorization: header }),
    };
    return this.send('POST', path, { headers, body: new URLSearchParams(form).toString() });
  }
}

/** HTTP Basic credentials of a client (RFC 6749 §2.3.1): both are form-encoded first. */
export function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
