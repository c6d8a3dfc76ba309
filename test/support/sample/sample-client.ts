import { type Answer, send } from './answer.js';

/** A token pair as a client keeps it. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** A user of the sample app, at one of its instances. */
export class SampleClient {
  constructor(readonly url: string) {}

  /** Logs the demo user in; the answer may be a refusal. */
  tryLogin(username = 'demo', password = 'demo-password'): Promise<Answer> {
    return this.post('/auth/login', { username, password });
  }

  /** Logs the demo user in. */
  async login(): Promise<Tokens> {
    return tokensOf(await this.tryLogin());
  }

  me(tokens: Tokens): Promise<Answer> {
    return send(`${this.url}/me`, { headers: bearer(tokens) });
  }

  refresh(tokens: Tokens): Promise<Answer> {
    return this.post('/auth/refresh', { refresh_token: tokens.refresh });
  }

  logout(tokens: Tokens): Promise<Answer> {
    return send(`${this.url}/auth/logout`, { method: 'POST', headers: bearer(tokens) });
  }

  private post(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return send(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

/** The pair in a token response. */
export function tokensOf({ status, body }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = body;
  if (typeof access !== 'string' || typeof refresh !== 'string') {
    throw new Error(`Expected tokens, got ${status} ${JSON.stringify(body)}`);
  }
  return { access, refresh };
}

function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.access}` };
}
