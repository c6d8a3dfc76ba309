import { ISSUER } from '../app/start-app.js';
import type { Answer } from '../app/client.js';
import { OAuthCaller } from '../oauth2/oauth-caller.js';
import { hashOf, type Holder, proof, type ProofShape } from './proofs.js';

/** How a call differs from a good one. */
interface ProvenCall extends ProofShape {
  readonly method?: string;
  /** Of the proof. @default `https://auth.test` and the path */
  readonly htu?: string;
  /** Instead of a new proof; `null` is none. */
  readonly text?: string | null;
  /** @default 'DPoP' */
  readonly scheme?: string;
  /** HTTP Basic credentials of a client. */
  readonly client?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who holds a key, and proves it with each call. */
export class DPoPCaller extends OAuthCaller {
  constructor(
    url: string,
    readonly by: Holder,
  ) {
    super(url);
  }

  /** Asks the token endpoint. */
  ask(form: Readonly<Record<string, string>>, call: ProvenCall = {}): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(call.client !== undefined && { authorization: call.client }),
      ...this.proofFor('POST', '/oauth/token', call),
      ...call.headers,
    };
    return this.send('POST', '/oauth/token', { headers, body: new URLSearchParams(form).toString() });
  }

  /** Posts JSON with a proof. */
  tell(path: string, body: object, call: ProvenCall = {}): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      ...this.proofFor('POST', path, call),
      ...call.headers,
    };
    return this.send('POST', path, { headers, body: JSON.stringify(body) });
  }

  /** Calls a route with an access token. */
  call(
    path: string,
    token: string,
    { method = 'GET', scheme = 'DPoP', ...call }: ProvenCall = {},
  ): Promise<Answer> {
    const claims = { ath: hashOf(token), ...call.claims };
    const proven = this.proofFor(method, path, { ...call, claims });
    const headers = { authorization: `${scheme} ${token}`, ...proven, ...call.headers };
    return this.send(method, path, { headers });
  }

  private proofFor(
    method: string,
    path: string,
    { text, htu, ...shape }: ProvenCall,
  ): Record<string, string> {
    if (text === null) return {};
    return { dpop: text ?? proof(this.by, [method, htu ?? ISSUER + path], shape) };
  }
}
