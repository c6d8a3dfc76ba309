import { Injectable } from '@nestjs/common';
import { type AuthenticatedUser, UserAuthenticator } from 'nestjs-gatehouse';
import type { Client } from '../support/app/client.js';
import { Account } from './account.js';
import { ACCESS, LOGIN, PASSWORD, REFRESH, USERNAME } from './kind.js';
import { exchange, type RawAnswer, type RawRequest, toBytes } from './raw-http.js';

const DEADLINE_MS = 20_000;

/** The users of the app: whoever says his name as his password, hostile names included. */
@Injectable()
export class AnybodyWithAPassword extends UserAuthenticator {
  async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    if (password !== `${username}-password`) return undefined;
    return { subject: `user-${username}`, roles: ['member'] };
  }
}

/** A user of one kind of hostile requests, so that what one kind leaves behind doesn't spoil the next. */
export class Attacker {
  readonly username: string;

  constructor(
    private readonly client: Client,
    place: number,
  ) {
    this.username = `mal${String(place).padStart(4, '0')}`;
  }

  login(): Promise<Account> {
    return Account.login(this.client, this.username);
  }

  send(bytes: Buffer): Promise<RawAnswer> {
    return exchange(this.client.url, bytes, DEADLINE_MS);
  }

  /** Sends a hostile request as this user. A login that is refused must not have opened a session. */
  async attack(hostile: RawRequest): Promise<Attack> {
    const account = await this.login();
    const request = this.filled(hostile, account);
    const bytes = toBytes(request);
    const isLogin = request.target === LOGIN[1];
    const sessionsBefore = isLogin ? (await account.sessions()).length : 0;
    const answer = await this.send(bytes);
    const isRefused = isLogin && answer.status >= 400;
    const sessionsLeft = isRefused ? (await account.sessions()).length - sessionsBefore : 0;
    const secrets = [
      this.username + PASSWORD.slice(USERNAME.length),
      account.accessToken,
      account.refreshToken,
    ];
    return { request, bytes, answer, secrets, sessionsLeft };
  }

  /** What the barrage opened is listed, and ends when its owner says so. */
  async expectSessionsEnd(): Promise<void> {
    const owner = await this.login();
    for (const { id, current } of await owner.sessions()) if (!current) expect(await owner.end(id)).toBe(204);
    expect((await owner.sessions()).map(({ current }) => current)).toEqual([true]);
    expect(await owner.logout()).toBe(204);
    expect(await owner.meStatus()).toBe(401);
  }

  /** The request with this user's name and tokens in place of the words that stand for them. */
  filled(request: RawRequest, { accessToken, refreshToken }: Account): RawRequest {
    const fill = (text: string): string =>
      text
        .replaceAll(ACCESS, accessToken)
        .replaceAll(REFRESH, refreshToken)
        .replaceAll(USERNAME, this.username);
    const fillBytes = (bytes: Buffer): Buffer => Buffer.from(fill(bytes.toString('latin1')), 'latin1');
    return {
      method: request.method,
      target: fill(request.target),
      headers: request.headers.map(([name, value]) => [
        name,
        typeof value === 'string' ? fill(value) : fillBytes(value),
      ]),
      ...(request.body !== undefined && { body: fillBytes(request.body) }),
    };
  }
}

/** A hostile request and what came of it. */
export interface Attack {
  readonly request: RawRequest;
  readonly bytes: Buffer;
  readonly answer: RawAnswer;
  /** What was sent and must not come back. */
  readonly secrets: readonly string[];
  /** How many sessions a refused login left open. */
  readonly sessionsLeft: number;
}
