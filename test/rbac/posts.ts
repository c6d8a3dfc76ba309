import { Controller, type ExecutionContext, Get, Injectable, Patch, Post } from '@nestjs/common';
import {
  Authenticated,
  defineAccess,
  OptionalAuth,
  Owner,
  OwnershipResolver,
  Permissions,
  type Principal,
  Public,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';

export const access = defineAccess({
  roles: {
    viewer: { grants: ['posts:read'] },
    editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'], 'blog.write': ['posts:*'] },
});

/** Owners of posts by id; the list of questions shows when the resolver was asked. */
@Injectable()
export class PostOwner extends OwnershipResolver {
  readonly asked: string[] = [];

  async owns({ subject }: Principal, context: ExecutionContext): Promise<boolean> {
    const { id } = context.switchToHttp().getRequest<{ params: { id: string } }>().params;
    this.asked.push(id);
    await Promise.resolve();
    if (id === 'broken') throw new Error('the database is away');
    // A truthy answer that isn't `true` must not pass.
    if (id === 'truthy') return 'yes' as never;
    return id === `of-${subject}`;
  }
}

@Controller('posts')
export class PostsController {
  @Permissions('posts:read')
  @Get()
  list(): string {
    return 'list';
  }

  @Permissions('posts:create')
  @Post()
  create(): string {
    return 'create';
  }

  @Permissions('posts:update')
  @Owner(PostOwner)
  @Patch(':id')
  update(): string {
    return 'update';
  }

  @Scopes('blog.read')
  @Permissions('posts:read')
  @Get('scoped')
  scoped(): string {
    return 'scoped';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'public';
  }

  @OptionalAuth()
  @Get('optional')
  optional(): string {
    return 'optional';
  }

  @Get('plain')
  plain(): string {
    return 'plain';
  }
}

@Roles('admin')
@Controller('admin')
export class AdminController {
  @Get()
  everything(): string {
    return 'admin';
  }

  @Permissions('reports:read')
  @Get('reports')
  reports(): string {
    return 'reports';
  }

  @Roles.override('viewer')
  @Get('viewer')
  viewer(): string {
    return 'viewer';
  }

  @Roles('viewer', 'editor')
  @Get('weaker')
  weaker(): string {
    return 'weaker';
  }

  @Authenticated()
  @Get('me')
  me(): string {
    return 'me';
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}
