import { Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { randomUUID } from 'node:crypto';

export const ACCESS_SECRET = 'the access secret of the app as it was';
const REFRESH_SECRET = 'the refresh secret of the app as it was';

/** Tables of the app; all its instances and releases share one database. */
export class Database {
  /** Users by id. */
  readonly users = new Map<string, { readonly roles: readonly string[] }>();
  /** Who holds a refresh token, by its `jti`; one that was used is deleted. */
  readonly refreshTokens = new Map<string, string>();
  /** How often somebody had to type a password. */
  logins = 0;
}

/** What clients are answered, before and after. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Authentication as tutorials of passport-jwt have it: HS256, 15 minutes, and refresh tokens that rotate in a table. */
@Injectable()
export class OldAuthentication {
  private readonly jwt = new JwtService();

  constructor(private readonly database: Database) {}

  async login(username: string, password: string): Promise<Tokens> {
    if (!this.database.users.has(username) || password !== `${username}-password`)
      throw new UnauthorizedException();
    this.database.logins += 1;
    return this.issue(username);
  }

  async rotate(refreshToken: string): Promise<Tokens> {
    const { sub, jti } = await this.verifyRefresh(refreshToken);
    if (!this.database.refreshTokens.delete(jti)) throw new UnauthorizedException();
    return this.issue(sub);
  }

  /** Who holds a refresh token that can be used. */
  async holderOf(refreshToken: string): Promise<string | undefined> {
    const { jti } = await this.verifyRefresh(refreshToken);
    return this.database.refreshTokens.get(jti);
  }

  private verifyRefresh(token: string): Promise<{ sub: string; jti: string }> {
    return this.jwt.verifyAsync(token, { secret: REFRESH_SECRET });
  }

  private async issue(sub: string): Promise<Tokens> {
    const jti = randomUUID();
    this.database.refreshTokens.set(jti, sub);
    const roles = this.database.users.get(sub)?.roles ?? [];
    const [access_token, refresh_token] = await Promise.all([
      this.jwt.signAsync({ sub, roles }, { secret: ACCESS_SECRET, expiresIn: '15m' }),
      this.jwt.signAsync({ sub, jti }, { secret: REFRESH_SECRET, expiresIn: '7d' }),
    ]);
    return { access_token, refresh_token };
  }
}
