import { OwnershipResolver } from 'nestjs-gatehouse';

export interface User {
  readonly id: string;
  readonly passwordHash: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

export declare class UsersRepository {
  find(username: string): Promise<User | undefined>;
  findById(id: string): Promise<User | undefined>;
}

export declare class AppSettings {
  readonly authSecret: string;
  readonly redisUrl: string;
}

export declare const DECOY_HASH: string;
export declare function verifyPassword(hash: string, password: string): Promise<boolean>;

export class UsersModule {}

export declare class PostOwner extends OwnershipResolver {
  owns(): boolean;
}
