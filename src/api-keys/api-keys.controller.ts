import { Body, Controller, Delete, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import {
  AccessControl,
  type ApiKey,
  ApiKeyService,
  Authenticated,
  CurrentUser,
  type Principal,
  RequireFreshAuth,
} from 'nestjs-gatehouse';
import { NewApiKeyDto } from './new-api-key.dto.js';

/** Keys for scripts of a user: they read articles and do nothing else, 60 times a minute. */
@Authenticated()
@Controller('me/api-keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly access: AccessControl,
  ) {}

  /** Only shortly after a login: a key outlives the session of whoever stole a token. No key is fresh, so none makes or ends keys. */
  @Post()
  @RequireFreshAuth('15m')
  async create(@CurrentUser() creator: Principal, @Body() { name }: NewApiKeyDto) {
    const { subject } = creator;
    // Never a copy of the creator's: a scope narrows permissions, but `@Roles('admin')` would let an administrator's key in.
    const roles = this.access.can(creator, 'articles:read') ? ['viewer'] : [];
    const rateLimit = { limit: 60, ttl: '1m' } as const;
    const scope = ['articles:read'];
    const { key, apiKey } = await this.apiKeys.create({ subject, name, roles, scope, rateLimit, creator });
    return { key, ...shown(apiKey) };
  }

  @Get()
  async list(@CurrentUser('subject') subject: string) {
    return (await this.apiKeys.list(subject)).map(shown);
  }

  @Delete(':id')
  @RequireFreshAuth('15m')
  @HttpCode(204)
  async revoke(@CurrentUser('subject') subject: string, @Param('id') id: string): Promise<void> {
    if (!(await this.apiKeys.revoke(id, { subject }))) throw new NotFoundException();
  }
}

function shown({ id, name, scope, createdAt, expiresAt, lastUsedAt }: ApiKey) {
  return { id, name, scope, createdAt, expiresAt, lastUsedAt };
}
