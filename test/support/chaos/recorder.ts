import type { Answer, FaultSpan, Granted, History, Issue, Operation } from './operation.js';

/** Longer than this is a hang, however busy the machine is. */
const HANGS_AFTER_MS = 30_000;

/** An HTTP call of one operation. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly json?: object;
}

/** Tokens that somebody holds. */
export interface Pair extends Granted {
  readonly accessText: string;
  readonly refreshText: string;
}

/** Makes calls, and remembers them in the order of their invocation, tokens by number. */
export class Recorder {
  private readonly operations: Operation[] = [];
  private readonly faults: FaultSpan[] = [];
  private readonly sessions = new Map<string, number>();
  private readonly refreshTokens = new Map<string, number>();
  private readonly accessTokens = new Set<string>();

  constructor(private readonly urls: readonly string[]) {}

  get history(): History {
    const operations = this.operations.toSorted((a, b) => a.invokedAt - b.invokedAt);
    return { operations, faults: this.faults };
  }

  /** Texts that no log may hold. */
  get secrets(): readonly string[] {
    return [...this.refreshTokens.keys(), ...this.accessTokens];
  }

  /** Operations so far that began at or after an instant. */
  since(instant: number): readonly Operation[] {
    return this.operations.filter(({ invokedAt }) => invokedAt >= instant);
  }

  noteFault(fault: FaultSpan): void {
    this.faults.push(fault);
  }

  /** Calls one instance. @returns the status, and the tokens that were granted */
  async call(
    { user, instance, request }: Pick<Operation, 'user' | 'instance' | 'request'>,
    call: Call,
  ): Promise<{ readonly status: number; readonly pair: Pair | undefined }> {
    const invokedAt = performance.now();
    const { pair, ...answer } = await this.send(`${this.urls[instance]}${call.path}`, call);
    const completedAt = performance.now();
    this.operations.push({ user, instance, request, invokedAt, completedAt, answer });
    return { status: answer.status, pair };
  }

  private async send(
    url: string,
    { method, token, json }: Call,
  ): Promise<Answer & { readonly pair?: Pair | undefined }> {
    try {
      const response = await fetch(url, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        signal: AbortSignal.timeout(HANGS_AFTER_MS),
      });
      const text = await response.text();
      const { status } = response;
      const hasRetryAfter = /^[1-9]\d*$/.test(response.headers.get('retry-after') ?? '');
      if (status !== 200 || !text.includes('"refresh_token"')) return { status, hasRetryAfter };
      const pair = this.pairOf(JSON.parse(text) as Record<string, string>);
      const { accessText: _accessText, refreshText: _refreshText, ...granted } = pair;
      return { status, hasRetryAfter, granted, pair };
    } catch {
      return { status: 0, hasRetryAfter: false };
    }
  }

  private pairOf({
    access_token: accessText = '',
    refresh_token: refreshText = '',
  }: Record<string, string>): Pair {
    this.accessTokens.add(accessText);
    const { sid, ...issue } = issueOf(accessText);
    const session = numberOf(this.sessions, sid);
    return {
      session,
      ...issue,
      refreshToken: numberOf(this.refreshTokens, refreshText),
      accessText,
      refreshText,
    };
  }
}

function issueOf(accessToken: string): Issue & { readonly sid: string } {
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly sid: string;
    readonly sid_gen?: number;
    readonly sid_answer?: number;
  };
  return { sid: claims.sid, generation: claims.sid_gen ?? 0, answer: claims.sid_answer ?? 0 };
}

function numberOf(known: Map<string, number>, text: string): number {
  const number = known.get(text) ?? known.size;
  known.set(text, number);
  return number;
}
