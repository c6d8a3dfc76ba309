import type { AuthenticatedUser } from 'nestjs-gatehouse';

export declare class Users {
  find(id: string): Promise<AuthenticatedUser | undefined>;
}

export declare function whoeverIsLoggedIn(request: object): { readonly userId: string; readonly at: number };
