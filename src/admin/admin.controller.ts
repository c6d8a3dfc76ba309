import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Roles } from 'nestjs-gatehouse/rbac';
import { AccountsService } from '../accounts/accounts.service.js';
import { UsersRepository } from '../users/users.repository.js';

/** A decorator on the class holds for every route in it. */
@Roles('admin')
@Controller('admin/users')
export class AdminController {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
  ) {}

  @Get()
  async list() {
    const users = await this.users.list();
    return users.map(({ username, roles, disabledAt }) => ({
      username,
      roles,
      disabled: disabledAt !== null,
    }));
  }

  @Post(':id/disable')
  @HttpCode(204)
  disable(@Param('id') username: string): Promise<void> {
    return this.accounts.disable(username);
  }

  @Post(':id/enable')
  @HttpCode(204)
  enable(@Param('id') username: string): Promise<void> {
    return this.accounts.enable(username);
  }
}
