import { Controller, Get, NotFoundException, Query } from '@nestjs/common';
import { AccessControl, type AccessExplanation, Roles } from 'nestjs-gatehouse';
import { UsersRepository } from '../users/users.repository.js';
import { ExplainDto } from './explain.dto.js';

@Roles('admin')
@Controller('access')
export class AccessExplanationController {
  constructor(
    private readonly users: UsersRepository,
    private readonly access: AccessControl,
  ) {}

  /** Why a user may or may not do something. For administrators: a caller who is refused learns nothing of this. */
  @Get('explain')
  async explain(@Query() { username, permission }: ExplainDto): Promise<AccessExplanation> {
    const user = await this.users.find(username);
    if (user === undefined) throw new NotFoundException(`No user '${username}'`);
    return this.access.explain(user, permission);
  }
}
