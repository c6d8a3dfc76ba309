import type { JwtService } from '@nestjs/jwt';
import { type AuthModule, type AuthModuleOptions, TokenService, UserAuthenticator } from 'nestjs-gatehouse';

export interface OldAccess {
  readonly sub: string;
  readonly roles: readonly string[];
}

export interface OldRefresh {
  readonly sub: string;
  readonly jti: string;
}

export declare class AppSettings {
  readonly authSecret: string;
  readonly redisUrl: string;
  readonly oldAccessSecret: string;
  readonly oldRefreshSecret: string;
}

interface User {
  readonly id: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

export declare class UsersRepository {
  find(id: string): Promise<User | undefined>;
}

export declare class RefreshTokensRepository {
  has(id: string): Promise<boolean>;
}

export declare class AppUserAuthenticator extends UserAuthenticator {
  authenticate(): Promise<undefined>;
}

export class UsersModule {}
export class TokensModule {}

type Legacy = NonNullable<AuthModuleOptions['legacy']>;

export declare const jwt: JwtService;
export declare const shared: Parameters<typeof AuthModule.forRoot>[0];
export declare const until: Legacy['until'];
export declare const accessToken: NonNullable<Legacy['accessToken']>;

export declare class Surrounding {
  protected readonly tokens: TokenService;
  protected readonly oldAuthentication: { rotate(token: string): Promise<object> };
}
