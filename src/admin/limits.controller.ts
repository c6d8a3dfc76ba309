import { isIP } from 'node:net';
import { BadRequestException, Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { CredentialThrottle, RateLimits, Roles } from 'nestjs-gatehouse';

@Roles('admin')
@Controller('admin/limits')
export class LimitsController {
  constructor(
    private readonly limitsOfClients: RateLimits,
    private readonly credentials: CredentialThrottle,
  ) {}

  /** The limits in force: of requests, and of failed logins. */
  @Get()
  limits() {
    const { throttlers, credentials } = this.limitsOfClients.inForce;
    return { throttlers, credentials };
  }

  /** Lets an address in again that has used its requests up. */
  @Delete('addresses/:ip')
  @HttpCode(204)
  async release(@Param('ip') ip: string): Promise<void> {
    if (isIP(ip) === 0) throw new BadRequestException(`'${ip}' is no IP address`);
    const { throttlers } = this.limitsOfClients.inForce;
    await Promise.all(throttlers.map(({ name }) => this.limitsOfClients.reset(name, { ip })));
  }

  /** Forgets the failed logins of a user, as after a reset of the password by mail. */
  @Delete('failures/:username')
  @HttpCode(204)
  forgive(@Param('username') username: string): Promise<void> {
    return this.credentials.forgive(username);
  }
}
