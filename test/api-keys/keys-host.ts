import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  type Type,
} from '@nestjs/common';
import {
  type ApiKeysOptions,
  ApiKeyService,
  type AuthModuleOptions,
  CurrentUser,
  OptionalAuth,
  type Principal,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';
import { type Answer, Client } from '../support/app/client.js';
import { type AppShape, type RunningApp, startApp } from '../support/app/start-app.js';

type Request = Parameters<ApiKeyService['create']>[0];

/** What a user of a host does with keys. */
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: ApiKeyService) {}

  @RequireFreshAuth('10m')
  @Post()
  create(@CurrentUser() user: Principal, @Body() wanted: Partial<Request>): object {
    const { subject, roles } = user;
    return this.keys.create({ name: 'mine', roles, ...wanted, subject, creator: user });
  }

  @Get()
  list(@CurrentUser('subject') subject: string): object {
    return this.keys.list(subject);
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@CurrentUser('subject') subject: string, @Param('id') id: string): Promise<void> {
    if (!(await this.keys.revoke(id, { subject }))) throw new NotFoundException();
  }
}

/** What keys are used for. */
@Controller()
export class GuardedController {
  @Get('who')
  who(@CurrentUser() user: Principal): object {
    return { ...user };
  }

  @Post('who')
  posted(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @Scopes('articles:read')
  @Get('articles')
  articles(): object {
    return {};
  }

  @Roles('demo')
  @Get('demos')
  demos(): object {
    return {};
  }
}

/** A key as its creator sees it once. */
export interface Created {
  readonly key: string;
  readonly apiKey: { readonly id: string; readonly [member: string]: unknown };
}

/** A client that shows API keys as well. */
export class KeyClient extends Client {
  /** Creates a key for a test user, over HTTP. */
  async create(wanted: Partial<Request> = {}, username = 'demo'): Promise<Created> {
    const { access_token: token } = await this.login(username);
    const answer = await this.post<Created>('/keys', wanted, token);
    if (answer.status !== 201) throw new Error(`create answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  /** Calls with a key in the `Authorization` header. */
  show<Body = Record<string, unknown>>(key: string, path = '/who', method = 'GET'): Promise<Answer<Body>> {
    return this.send(method, path, { headers: { authorization: `ApiKey ${key}` } });
  }
}

/** An app with keys, and a client of it. */
export async function startKeysHost(
  apiKeys: ApiKeysOptions | boolean | undefined,
  { options, ...shape }: AppShape & { readonly options?: Partial<AuthModuleOptions> } = {},
): Promise<RunningApp & { readonly client: KeyClient; readonly keys: ApiKeyService }> {
  const controllers: Type<unknown>[] = [KeysController, GuardedController];
  const rbac = { definition: { roles: { demo: {} }, scopes: { 'articles:read': [], 'articles:write': [] } } };
  const given = { throttler: false, rbac, ...options, ...(apiKeys !== undefined && { apiKeys }) } as const;
  const running = await startApp({ controllers, logger: false, ...shape, options: given });
  return { ...running, client: new KeyClient(running.url), keys: running.app.get(ApiKeyService) };
}
