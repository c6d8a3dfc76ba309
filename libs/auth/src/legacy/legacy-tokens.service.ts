import { Logger, type OnModuleInit } from '@nestjs/common';
import type { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { isNestException, storeUnavailable } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import { answerOfHost } from '../kernel/deadline.js';
import { digest } from '../kernel/opaque.js';
import { withoutSecret } from '../kernel/text.js';
import { type LegacyAnswer, readLegacyAnswer } from './legacy-answer.js';
import { type LegacySettings, LONGEST_LEGACY_MS } from './legacy.settings.js';
import { formOf, type TokenForm } from './own-tokens.js';
import { isRefusal } from './verifier-errors.js';

/** A legacy token that the host has found good. */
export interface LegacyToken extends LegacyAnswer {
  /** Stands for the token, and for no other: 128 bits of a hash. */
  readonly id: string;
}

/** Why a legacy token is refused, for logs; never quotes it. */
export interface LegacyRefusal {
  readonly refused: string;
}

type Kind = 'accessToken' | 'refreshToken';
type OtherForm = Extract<TokenForm, { kind: 'other' }>;

const ID_BYTES = 16;

/** Asks the host about legacy tokens: about none that could be ours, and about none after `until`. */
export class LegacyTokens implements OnModuleInit {
  private readonly logger = new Logger('Gatehouse');

  constructor(
    readonly settings: LegacySettings,
    private readonly accessTokens: AccessTokensSettings,
    private readonly clock: Clock,
  ) {}

  /** Tells operators what to do about the date. */
  onModuleInit(): void {
    const { until } = this.settings;
    const date = new Date(until).toISOString();
    const leftMs = until - this.clock.now();
    if (leftMs <= 0)
      this.logger.warn(`legacy.until was ${date}: legacy tokens are refused, so the option legacy can go.`);
    else if (leftMs > LONGEST_LEGACY_MS)
      this.logger.warn(
        `legacy.until is ${date}, more than a year ahead: until then two kinds of tokens are good.`,
      );
  }

  /** Whether the host is to be asked about a text, if it is shown as a token of this kind. */
  takes(kind: Kind, text: string): boolean {
    return this.formFor(kind, text) !== undefined;
  }

  /**
   * What the host says about a token; `undefined` where it isn't to be asked, see {@link takes}.
   * @throws AuthError `store_unavailable` when the host is late, or fails in a way that says nothing about the token; what
   * it throws with a status of its own
   * @throws TypeError when it answers something that is no user
   */
  ask(kind: Kind, text: string): Promise<LegacyToken | LegacyRefusal> | undefined {
    const form = this.formFor(kind, text);
    return form && this.judge(kind, text, form);
  }

  private async judge(kind: Kind, text: string, form: OtherForm): Promise<LegacyToken | LegacyRefusal> {
    const asked = await this.answerTo(kind, text);
    if (isRefused(asked)) return asked;
    const method = `legacy.${kind}()`;
    const { claims } = form;
    const now = this.clock.now();
    const latestIssue = now + this.accessTokens.clockToleranceMs;
    const read = readLegacyAnswer(asked.answer, { claims, until: this.settings.until, latestIssue, method });
    if (now >= read.expiresAt) return { refused: `${method}: it has expired` };
    const name = read.tokenId === undefined ? `text.${form.signed}` : `id.${read.tokenId}`;
    return { ...read, id: digest(`legacy.${kind}.${name}`, ID_BYTES) };
  }

  private async answerTo(kind: Kind, text: string): Promise<{ readonly answer: unknown } | LegacyRefusal> {
    const verify = this.settings[kind];
    const method = `legacy.${kind}()`;
    try {
      const answer: unknown = await answerOfHost(method, () => verify?.(text));
      return answer ? { answer } : { refused: `${method} doesn't know it` };
    } catch (error) {
      // Databases and parsers quote what they were given; so the error itself is no cause that others may log, either.
      const told = withoutSecret(nameOf(error), text);
      if (isRefusal(error)) return { refused: `${method} threw ${told}` };
      if (isNestException(error)) throw error;
      this.logger.error(`${method} failed, and says nothing about the token: ${told}`);
      throw storeUnavailable(`${method} failed`);
    }
  }

  private get isOver(): boolean {
    return this.clock.now() >= this.settings.until;
  }

  private formFor(kind: Kind, text: string): OtherForm | undefined {
    if (this.settings[kind] === undefined || this.isOver) return undefined;
    const { maxBytes, foreign, issuer } = this.accessTokens;
    const form = formOf(text, maxBytes, foreign === undefined ? undefined : issuer);
    return form.kind === 'other' ? form : undefined;
  }
}

/** Whether a legacy token was refused. */
export function isRefused(token: object): token is LegacyRefusal {
  return 'refused' in token;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
