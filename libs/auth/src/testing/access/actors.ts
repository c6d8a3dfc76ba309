import type { INestApplicationContext } from '@nestjs/common';
import type { FreshAuthRequirement } from '../../context/require-fresh-auth.decorator.js';
import { Clock } from '../../kernel/clock.js';
import { AccessTokenIssuer } from '../../access-tokens/access-token-issuer.js';
import { AuthSettings } from '../../options/auth-settings.js';
import { TokenBlacklistStore } from '../../token-blacklist/token-blacklist.store.js';
import { partOf } from '../tested-app.js';

/** Who knocks. */
export interface Actor {
  /** `undefined`: nobody is logged in. */
  readonly roles: readonly string[] | undefined;
  /** What is special about it; empty for nothing. */
  readonly how: '' | 'on its own' | "on another's" | 'with another scope' | 'with an old login';
  readonly scope: readonly string[] | undefined;
  readonly owns: boolean;
  readonly isFresh: boolean;
}

/** A scope that no route can ask for. */
export const OTHER_SCOPE: readonly string[] = ['gatehouse:none-of-these'];

const DAY_MS = 24 * 60 * 60_000;

/** Makes tokens for those who knock: each is somebody else, so that none uses up the limits of another. */
export class ActorTokens {
  private made = 0;

  constructor(private readonly app: INestApplicationContext) {}

  /** `undefined` for nobody. */
  async tokenOf(
    { roles, scope, isFresh }: Actor,
    login: FreshAuthRequirement | undefined,
  ): Promise<string | undefined> {
    if (roles === undefined) return undefined;
    const part = <T>(token: { readonly prototype: T }): T => partOf(this.app, token, 'describeAccess()');
    const subject = `access-probe-${(this.made += 1)}`;
    const { clientId } = part(AuthSettings).authentication;
    const now = part(Clock).now();
    const { token } = await part(AccessTokenIssuer).issue({
      subject,
      clientId,
      scope,
      roles,
      authenticatedAt: isFresh ? now : now - (login?.maxAgeMs ?? 0) - DAY_MS,
      ...(isFresh && { amr: login?.amr, acr: login?.acr?.[0] }),
      epoch: await part(TokenBlacklistStore).claimEpoch(subject, clientId),
    });
    return token;
  }

  /** An address of nobody else (RFC 2544 §C.2.2). */
  nextAddress(): string {
    const number = (this.made += 1);
    return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  }
}
