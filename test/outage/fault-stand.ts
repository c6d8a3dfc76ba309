import { Controller, Get, type LoggerService } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { Public } from 'nestjs-gatehouse';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { persist } from './unavailable.js';
import { type Platform, type RunningApp, startApp } from '../support/app/start-app.js';

/** Requests of one caller to the limited route in a minute. */
export const LIMIT = 3;
/** A request that takes longer than this hangs: what a fault may cost is far below, also where the machine is busy. */
const HANGS_AFTER_MS = 20_000;

@Controller()
class Routes {
  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }

  @Public()
  @Throttle({ default: { limit: LIMIT, ttl: 60_000 } })
  @Get('limited')
  limited(): string {
    return 'limited';
  }
}

/** An app on a stage, and somebody who is logged in to it twice: one session is to be kept, the other one logged out. */
export class FaultStand {
  private kept!: TokenPair;
  private left!: TokenPair;
  private callers = 0;

  private constructor(
    readonly platform: Platform,
    private readonly app: RunningApp,
  ) {}

  static async start(platform: Platform, url: string, logger?: LoggerService): Promise<FaultStand> {
    const app = await startApp({
      platform,
      logger: logger ?? false,
      controllers: [Routes],
      options: {
        redis: { url },
        throttler: {
          throttlers: [{ limit: 1_000_000, ttl: '60s', getTracker: (request) => callerOf(request) }],
        },
      },
    });
    return new FaultStand(platform, app);
  }

  /** Logs in afresh. */
  async prepare(): Promise<void> {
    const logIn = async (): Promise<TokenPair> => {
      const { status, body, text } = await persist(this.login);
      if (status !== 200) throw new Error(`login answered ${status}: ${text}`);
      return body as unknown as TokenPair;
    };
    this.kept = await logIn();
    this.left = await logIn();
  }

  me = (): Promise<Answer> => this.call('GET', '/auth/me', { token: this.kept.access_token });
  /** Whether the other session is still good. */
  otherMe = (): Promise<Answer> => this.call('GET', '/auth/me', { token: this.left.access_token });
  open = (): Promise<Answer> => this.call('GET', '/open');
  login = (): Promise<Answer> =>
    this.call('POST', '/auth/login', { json: { username: 'demo', password: 'demo-password' } });
  logout = (): Promise<Answer> => this.call('POST', '/auth/logout', { token: this.left.access_token });

  /** Goes on with the new tokens where there are some: the old ones have done their duty. */
  refresh = async (): Promise<Answer> => {
    const answer = await this.call('POST', '/auth/refresh', {
      json: { refresh_token: this.kept.refresh_token },
    });
    if (answer.status === 200) this.kept = answer.body as unknown as TokenPair;
    return answer;
  };

  /** So many calls at once of somebody who was never there. */
  async limited(count: number): Promise<readonly Answer[]> {
    const caller = `${this.platform}-${this.callers++}`;
    return Promise.all(Array.from({ length: count }, () => this.call('GET', '/limited', { caller })));
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private call(method: string, path: string, { token, json, caller }: Call = {}): Promise<Answer> {
    return new Client(this.app.url).send(method, path, {
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(caller !== undefined && { 'x-caller': caller }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(HANGS_AFTER_MS),
    });
  }
}

interface Call {
  readonly token?: string;
  readonly json?: unknown;
  readonly caller?: string;
}

function callerOf({ headers }: Record<string, unknown>): string {
  return (headers as Record<string, string>)['x-caller'] ?? 'anybody';
}
