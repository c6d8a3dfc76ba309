import { Client, type TokenPair } from '../support/app/client.js';
import { COOKIE } from './kind.js';

interface ListedSession {
  readonly id: string;
  readonly current: boolean;
}

/** A user with a session, who wants nothing but what the endpoints promise. */
export class Account {
  private constructor(
    private readonly client: Client,
    readonly accessToken: string,
    readonly refreshToken: string,
    private readonly isInCookie: boolean,
  ) {}

  static async login(client: Client, username: string): Promise<Account> {
    const answer = await client.post<TokenPair>('/auth/login', {
      username,
      password: `${username}-password`,
    });
    if (answer.status !== 200) throw new Error(`an honest login answered ${answer.status}: ${answer.text}`);
    return Account.of(client, answer.headers, answer.body);
  }

  private static of(client: Client, headers: Headers, body: Partial<TokenPair>): Account {
    const inCookie = new RegExp(`${COOKIE}=([^;]+)`).exec(headers.getSetCookie().join())?.[1];
    const refreshToken = body.refresh_token ?? inCookie ?? '';
    return new Account(client, body.access_token ?? '', refreshToken, inCookie !== undefined);
  }

  async meStatus(): Promise<number> {
    return (await this.client.get('/auth/me', this.accessToken)).status;
  }

  /** The account with its next pair of tokens. */
  async refreshed(): Promise<Account> {
    const answer = this.isInCookie
      ? await this.client.send<TokenPair>('POST', '/auth/refresh', {
          headers: { cookie: `${COOKIE}=${this.refreshToken}` },
        })
      : await this.client.refresh(this.refreshToken);
    if (answer.status !== 200) throw new Error(`an honest refresh answered ${answer.status}: ${answer.text}`);
    return Account.of(this.client, answer.headers, answer.body);
  }

  async sessions(): Promise<readonly ListedSession[]> {
    const answer = await this.client.get<readonly ListedSession[]>('/auth/sessions', this.accessToken);
    if (answer.status !== 200)
      throw new Error(`the list of sessions answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  async end(sessionId: string): Promise<number> {
    return (await this.client.delete(`/auth/sessions/${sessionId}`, this.accessToken)).status;
  }

  async logout(): Promise<number> {
    return (await this.client.post('/auth/logout', undefined, this.accessToken)).status;
  }
}
