import { JwtService } from '@nestjs/jwt';
import type { LegacyOptions } from 'nestjs-gatehouse';

const ACCESS_SECRET = 'the old secret of access tokens';
const REFRESH_SECRET = 'the old secret of refresh tokens';
const DAY_MS = 86_400_000;
const jwt = new JwtService();

interface OldClaims {
  readonly sub: string;
  readonly roles?: readonly string[];
  readonly [claim: string]: unknown;
}

let serial = 0;

const signed = (secret: string, usual: string, { sub, ...claims }: OldClaims): string =>
  jwt.sign(
    { sub, roles: ['demo'], jti: `old-${++serial}`, ...claims },
    {
      secret,
      ...(claims['exp'] === undefined && { expiresIn: usual as '15m' }),
    },
  );

/** Tokens as the app issued them before, with `@nestjs/jwt` and a secret for each kind. */
export const oldTokens = {
  access: (sub: string, claims: object = {}): string => signed(ACCESS_SECRET, '15m', { sub, ...claims }),
  refresh: (sub: string, claims: object = {}): string => signed(REFRESH_SECRET, '7d', { sub, ...claims }),
};

/** How the app verified them. */
export function oldVerifier(secret = ACCESS_SECRET): NonNullable<LegacyOptions['accessToken']> {
  return async (token) => {
    const { sub, roles } = await jwt.verifyAsync<{ sub: string; roles: string[] }>(token, { secret });
    return { subject: sub, roles };
  };
}

/** The option of an app that accepts both kinds for another day. */
export function legacyOptions(over: Partial<LegacyOptions> = {}): LegacyOptions {
  return {
    until: new Date(Date.now() + DAY_MS),
    accessToken: oldVerifier(ACCESS_SECRET),
    refreshToken: oldVerifier(REFRESH_SECRET),
    ...over,
  };
}
