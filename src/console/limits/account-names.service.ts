import { Injectable } from '@nestjs/common';
import { AuthEvents } from 'nestjs-gatehouse';
import { UsersRepository } from '../../users/users.repository.js';
import type { BlockedLogins } from './blocked-clients.service.js';

/** The same, and whose account it is; `undefined` when nobody has this name. */
export type NamedLogins = BlockedLogins & { readonly username: string | undefined };

/** Events tell no names that were typed, which may be passwords: only users there are can be found again. */
@Injectable()
export class AccountNames {
  constructor(
    private readonly events: AuthEvents,
    private readonly users: UsersRepository,
  ) {}

  async named(logins: readonly BlockedLogins[]): Promise<readonly NamedLogins[]> {
    if (logins.length === 0) return [];
    const users = await this.users.list();
    const names = new Map(users.map(({ username }) => [this.accountOf(username), username]));
    return logins.map((each) => ({ ...each, username: names.get(each.account) }));
  }

  accountOf(username: string): string {
    return this.events.accountOf(username);
  }
}
