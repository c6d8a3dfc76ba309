import { Injectable } from '@nestjs/common';
import { type AuthenticatedUser, UserAuthenticator } from 'nestjs-gatehouse';
import { PasswordHasher } from './password-hasher.js';
import { UsersRepository } from './users.repository.js';

/** Answers Gatehouse's one question: who is this? */
@Injectable()
export class AppUserAuthenticator extends UserAuthenticator {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
  ) {
    super();
  }

  async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    const user = await this.users.find(username);
    // Before looking at anything else, so that no answer comes sooner than another.
    const matches = await this.hasher.verify(user?.passwordHash, password);
    if (user === undefined || !matches || user.disabledAt !== null) return undefined;
    return { subject: user.username, roles: user.roles };
  }
}
