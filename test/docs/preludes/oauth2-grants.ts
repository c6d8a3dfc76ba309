import type { AuthenticatedUser } from 'nestjs-gatehouse';

export declare class UsersService {
  find(id: string): Promise<AuthenticatedUser | undefined>;
}

export declare class AnswerDto {
  readonly userCode: string;
  readonly agrees: boolean;
}

export declare class BadgesService {
  redeem(badge: string, clientId: string): Promise<string | undefined>;
  userOf(id: string): Promise<AuthenticatedUser | undefined>;
}
