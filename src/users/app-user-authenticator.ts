import { Injectable } from '@nestjs/common';
import { type AuthenticatedUser, UserAuthenticator } from 'nestjs-gatehouse';
import type { User } from '../database/schema.js';
import { PasswordHasher } from './password-hasher.js';
import { UsersRepository } from './users.repository.js';

/** Answers Gatehouse's one question: who is this? At a login, and again at each refresh. */
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
    return matches ? asLongAsEnabled(user) : undefined;
  }

  override async reload(username: string): Promise<AuthenticatedUser | undefined> {
    return asLongAsEnabled(await this.users.find(username));
  }
}

function asLongAsEnabled(user: User | undefined): AuthenticatedUser | undefined {
  if (user === undefined || user.disabledAt !== null) return undefined;
  return { subject: user.username, roles: user.roles };
}
