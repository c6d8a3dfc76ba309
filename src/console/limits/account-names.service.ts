import { Injectable } from '@nestjs/common';
import { AuthEvents } from 'nestjs-gatehouse';
import { UsersRepository } from '../../users/users.repository.js';

// An app with more users keeps accounts in a column of its own.
const MOST_NAMES = 10_000;
const FRESH_MS = 5000;

/** Events tell no names that were typed, which may be passwords: only users there are can be found again. */
@Injectable()
export class AccountNames {
  /** By name: each costs a MAC, once. */
  private readonly accounts = new Map<string, string>();
  private names: ReadonlyMap<string, readonly string[]> = new Map();
  private read: { readonly at: number; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly events: AuthEvents,
    private readonly users: UsersRepository,
  ) {}

  /** All users whose names count as one account (they differ in accents or case, say); none when nobody has such a name. */
  async namesOf(account: string): Promise<readonly string[]> {
    await this.refresh();
    return this.names.get(account) ?? [];
  }

  accountOf(username: string): string {
    return this.events.accountOf(username);
  }

  /** However often somebody asks, the names are read once in a while. */
  private refresh(): Promise<void> {
    const now = performance.now();
    if (this.read === undefined || now - this.read.at >= FRESH_MS)
      this.read = { at: now, done: this.readNames() };
    return this.read.done;
  }

  private async readNames(): Promise<void> {
    const names = new Map<string, string[]>();
    for (const name of await this.users.names(MOST_NAMES)) {
      const account = this.accounts.get(name) ?? this.accountOf(name);
      this.accounts.set(name, account);
      names.set(account, [...(names.get(account) ?? []), name]);
    }
    this.names = names;
  }
}
