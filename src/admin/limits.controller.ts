import { Controller, Get } from '@nestjs/common';
import { AuthSettings } from 'nestjs-gatehouse';
import { Roles } from 'nestjs-gatehouse/rbac';

@Roles('admin')
@Controller('admin/limits')
export class LimitsController {
  constructor(private readonly settings: AuthSettings) {}

  /** The limits in force: of requests, and of failed logins. */
  @Get()
  limits() {
    return this.settings.throttle;
  }
}
