import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { TokenBlacklistService } from 'nestjs-gatehouse';
import type { User } from '../database/schema.js';
import { PasswordHasher } from '../users/password-hasher.js';
import { UsersRepository } from '../users/users.repository.js';

/** What happens to an account, and the calls to Gatehouse that belong to it. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /** Changes the password and logs the user out everywhere: whoever knew the old one has nothing left. */
  async changePassword(username: string, currentPassword: string, newPassword: string): Promise<void> {
    const user = await this.users.find(username);
    if (!(await this.hasher.verify(user?.passwordHash, currentPassword))) {
      throw new ForbiddenException('The current password is not right');
    }
    await this.users.change(username, { passwordHash: await this.hasher.hash(newPassword) });
    await this.blacklist.revokeSubject(username);
  }

  /** Gives a user other roles. They act with the next request, and nobody has to log in again. */
  async setRoles(username: string, roles: readonly string[]): Promise<void> {
    await this.change(username, { roles });
    await this.blacklist.expireAccessTokens(username);
  }

  /** Locks the user out, at once and on every instance. */
  async disable(username: string): Promise<void> {
    // First the lock, then the tokens: a login in between is refused already.
    await this.change(username, { disabledAt: new Date() });
    await this.blacklist.revokeSubject(username);
  }

  /** Lets the user log in again; the sessions of before stay closed. */
  async enable(username: string): Promise<void> {
    await this.change(username, { disabledAt: null });
  }

  private async change(
    username: string,
    changes: Partial<Pick<User, 'roles' | 'disabledAt'>>,
  ): Promise<void> {
    if (!(await this.users.change(username, changes))) throw new NotFoundException(`No user '${username}'`);
  }
}
