import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { OptionalAuth, Public, RequireFreshAuth, Roles, Scopes } from 'nestjs-gatehouse';

/** Routes of a host, one behind each kind of guard. */
@Controller('host')
export class HostController {
  @Public()
  @Post('open')
  @HttpCode(204)
  open(@Body() _body: unknown): void {}

  @Roles('member')
  @Post('roles')
  @HttpCode(204)
  roles(@Body() _body: unknown): void {}

  @Scopes('write')
  @Post('scopes')
  @HttpCode(204)
  scopes(@Body() _body: unknown): void {}

  @RequireFreshAuth('5m')
  @Post('fresh')
  @HttpCode(204)
  fresh(@Body() _body: unknown): void {}

  @OptionalAuth()
  @Get('optional')
  optional(): string {
    return 'welcome';
  }

  @Public()
  @Get('things/:id')
  thing(@Param('id') _id: string): string {
    return 'a thing';
  }
}
