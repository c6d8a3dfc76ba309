/** An answer, read whole. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** A token pair as `/auth/login` and `/auth/refresh` answer it. */
export interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
}

/** A real HTTP client of a running app. */
export class Client {
  constructor(readonly url: string) {}

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    init: RequestInit = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.url + path, { method, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as Body,
    };
  }

  get<Body = Record<string, unknown>>(path: string, token?: string): Promise<Answer<Body>> {
    return this.send('GET', path, { headers: bearer(token) });
  }

  post<Body = Record<string, unknown>>(path: string, body?: unknown, token?: string): Promise<Answer<Body>> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.send('POST', path, { ...json, headers: { ...type, ...bearer(token) } });
  }

  delete(path: string, token?: string): Promise<Answer> {
    return this.send('DELETE', path, { headers: bearer(token) });
  }

  /** Logs a test user in; the password follows from the name. */
  async login(username = 'demo'): Promise<TokenPair> {
    const answer = await this.post<TokenPair>('/auth/login', { username, password: `${username}-password` });
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  refresh(refreshToken: string): Promise<Answer<TokenPair>> {
    return this.post('/auth/refresh', { refresh_token: refreshToken });
  }
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The first cookie that an answer sets, as browsers send it back; empty when it sets none. */
export function firstCookieOf({ headers }: Pick<Answer, 'headers'>): string {
  return headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
}
