import { Body, Controller, ForbiddenException, Get, HttpCode, Ip, Post } from '@nestjs/common';
import { CredentialThrottle, CurrentUser, type Principal, RequireFreshAuth } from 'nestjs-gatehouse';
import { AccountsService } from '../accounts/accounts.service.js';
import { ChangePasswordDto } from './change-password.dto.js';

/** Without a decorator a route needs a valid access token and nothing more. */
@Controller('me')
export class ProfileController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly throttle: CredentialThrottle,
  ) {}

  @Get()
  me(@CurrentUser() { subject, clientId, scope, roles }: Principal) {
    return { sub: subject, client_id: clientId, scope: scope?.join(' ') ?? '', roles };
  }

  /** Only shortly after a login: a refresh doesn't count as one. A stolen token must not be a way to guess the password. */
  @Post('password')
  @RequireFreshAuth('15m')
  @HttpCode(204)
  async changePassword(
    @CurrentUser() { subject }: Principal,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Ip() ip: string,
  ): Promise<void> {
    const attempt = await this.throttle.begin(subject, ip);
    try {
      await this.accounts.changePassword(subject, currentPassword, newPassword);
      await attempt.succeeded();
    } catch (error) {
      if (error instanceof ForbiddenException) await attempt.failed();
      throw error;
    } finally {
      // Whatever else went wrong was no guess; where the attempt was decided, this does nothing.
      await attempt.abandoned();
    }
  }
}
