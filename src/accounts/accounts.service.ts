import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { TokenBlacklistService } from 'nestjs-gatehouse';
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

  /** Locks the user out, at once and on every instance. */
  async disable(username: string): Promise<void> {
    // First the lock, then the tokens: a login in between is refused already.
    await this.setDisabledAt(username, new Date());
    await this.blacklist.revokeSubject(username);
  }

  /** Lets the user log in again; the sessions of before stay closed. */
  async enable(username: string): Promise<void> {
    await this.setDisabledAt(username, null);
  }

  private async setDisabledAt(username: string, disabledAt: Date | null): Promise<void> {
    if (!(await this.users.change(username, { disabledAt })))
      throw new NotFoundException(`No user '${username}'`);
  }
}
