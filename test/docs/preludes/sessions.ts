import { TokenBlacklistService, UserAuthenticator } from 'nestjs-gatehouse';

interface User {
  readonly id: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

interface Users {
  findById(id: string): Promise<User | undefined>;
  setRoles(id: string, roles: readonly string[]): Promise<void>;
}

export declare const users: Users;
export declare const user: User;
export declare const blacklist: TokenBlacklistService;

/** The authenticator that a method is added to. */
export declare class Surrounding extends UserAuthenticator {
  protected readonly users: Users;
  authenticate(): Promise<undefined>;
}
