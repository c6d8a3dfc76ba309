import { BadRequestException, Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { AccessControl, Roles } from 'nestjs-gatehouse';
import { AccountsService } from '../accounts/accounts.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { SetRolesDto } from './set-roles.dto.js';

/** A decorator on the class holds for every route in it. */
@Roles('admin')
@Controller('admin/users')
export class AdminController {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
    private readonly access: AccessControl,
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

  @Put(':id/roles')
  @HttpCode(204)
  setRoles(@Param('id') username: string, @Body() body: SetRolesDto): Promise<void> {
    const roles = body.roles.split(' ').filter(Boolean);
    // A misspelt one would take everything away without a word.
    const { unknownRoles } = this.access.explain({ roles }, 'articles:read');
    if (unknownRoles.length > 0) throw new BadRequestException(`No role '${unknownRoles.join("', '")}'`);
    return this.accounts.setRoles(username, roles);
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
