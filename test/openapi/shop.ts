import { All, Controller, Get, Module, Param, Post, VERSION_NEUTRAL, Version } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiBearerAuth, ApiForbiddenResponse, ApiOperation } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import {
  Authenticated,
  OptionalAuth,
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RequireDPoP,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';

export class ItemOwner extends OwnershipResolver {
  owns(): boolean {
    return false;
  }
}

@Controller('items')
class ItemsController {
  @Public()
  @Get()
  list() {
    return [];
  }

  @OptionalAuth()
  @Get('featured')
  featured() {
    return [];
  }

  /** Says something about itself. */
  @ApiOperation({ summary: 'One item', description: 'What the host says.' })
  @ApiForbiddenResponse({ description: 'The host’s own words.' })
  @Roles('clerk', 'manager')
  @Get(':id')
  one(@Param('id') id: string) {
    return { id };
  }

  @ApiBearerAuth('of-the-host')
  @Permissions('items:write')
  @Post()
  create() {
    return {};
  }

  @Permissions('items:write')
  @Owner(ItemOwner)
  @Post(':id/move')
  move() {
    return {};
  }

  @Scopes('reports')
  @SkipThrottle()
  @Get(':id/report')
  report() {
    return {};
  }

  @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] })
  @Get(':id/price')
  price() {
    return {};
  }

  @RequireDPoP()
  @Get(':id/cost')
  cost() {
    return {};
  }
}

/** The very name of one of ours. */
@Controller(['auth-of-host', 'alias'])
class AuthController {
  @Authenticated()
  @Get(['me', 'myself'])
  me() {
    return {};
  }

  @Public()
  @All('anything')
  anything() {
    return {};
  }
}

@Controller({ path: 'versions', version: ['1', '2'] })
class VersionsController {
  @Get()
  both() {
    return {};
  }

  @Public()
  @Version('3')
  @Get()
  third() {
    return {};
  }

  @Public()
  @Version(VERSION_NEUTRAL)
  @Get('any')
  any() {
    return {};
  }
}

@Public()
@Controller({ path: 'hosts', host: 'public.test' })
class PublicHostController {
  @Get()
  find() {
    return {};
  }
}

@Controller({ path: 'hosts', host: 'private.test' })
class PrivateHostController {
  @Get()
  findForSome() {
    return {};
  }
}

@Controller('files')
class FilesController {
  @Get('*')
  file() {
    return {};
  }
}

@Controller('health')
class HealthController {
  @Public()
  @Get()
  health() {
    return {};
  }
}

@Module({ controllers: [FilesController] })
class FilesModule {}

/** Everything that decides where a handler is, and what it asks of callers. */
@Module({
  imports: [FilesModule, RouterModule.register([{ path: 'deep/down', module: FilesModule }])],
  controllers: [ItemsController, AuthController, VersionsController, HealthController],
  providers: [ItemOwner],
})
export class ShopModule {}

/** Where the host of a request decides; Fastify refuses two routes of one path. */
@Module({ controllers: [PublicHostController, PrivateHostController] })
export class HostsModule {}
