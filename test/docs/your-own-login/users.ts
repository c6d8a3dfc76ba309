// What the page about logins of one's own takes for granted: accounts, and those who know them.
import { Injectable, Module } from '@nestjs/common';
import { Mailer } from './mailer.js';
import { Passkeys } from './passkeys.js';
import { Provider } from './provider.js';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
  /** Whether a password is not enough. */
  readonly usesCodes: boolean;
}

const ada = { email: 'ada@example.com', name: 'Ada', roles: ['reader'], disabled: false, usesCodes: true };

@Injectable()
export class Users {
  private readonly accounts: Account[] = [
    { ...ada, id: 'user-1' },
    { ...ada, id: 'user-2', email: 'bob@example.com', name: 'Bob', usesCodes: false },
    { ...ada, id: 'user-3', email: 'eve@example.com', name: 'Eve', disabled: true },
  ];

  async verify(email: string, password: string): Promise<Account | undefined> {
    return password === 'correct horse' ? this.byEmail(email) : undefined;
  }

  async acceptCode(_id: string, code: string): Promise<boolean> {
    return code === '492039';
  }

  async find(id: string | undefined): Promise<Account | undefined> {
    return this.accounts.find((account) => account.id === id);
  }

  async byEmail(email: string): Promise<Account | undefined> {
    return this.accounts.find((account) => account.email === email);
  }

  async byIdentity(identity: string): Promise<Account | undefined> {
    return identity === 'https://id.test|ada' ? this.find('user-1') : undefined;
  }
}

@Module({ providers: [Users, Mailer, Passkeys, Provider], exports: [Users, Mailer, Passkeys, Provider] })
export class UsersModule {}
