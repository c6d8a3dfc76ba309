import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CurrentUser, type Principal, RequireFreshAuth } from 'nestjs-gatehouse';
import { AccountsService } from '../accounts/accounts.service.js';
import { ChangePasswordDto } from './change-password.dto.js';

/** Without a decorator a route needs a valid access token and nothing more. */
@Controller('me')
export class ProfileController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  me(@CurrentUser() { subject, clientId, scope, roles }: Principal) {
    return { sub: subject, client_id: clientId, scope: scope?.join(' ') ?? '', roles };
  }

  /** Only shortly after a login: a refresh doesn't count as one. */
  @Post('password')
  @RequireFreshAuth('15m')
  @HttpCode(204)
  async changePassword(@CurrentUser() user: Principal, @Body() body: ChangePasswordDto): Promise<void> {
    await this.accounts.changePassword(user.subject, body.currentPassword, body.newPassword);
  }
}
