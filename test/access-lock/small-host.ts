import { Controller, Get, Module, Post } from '@nestjs/common';
import { AuthModule, type AuthModuleOptions, Permissions, Public } from 'nestjs-gatehouse';
import { TestUsers } from '../support/app/start-app.js';

/** One route for readers, one for all. */
@Controller('notes')
export class NotesController {
  @Permissions('notes:read')
  @Get()
  list(): string {
    return 'list';
  }

  @Public()
  @Post()
  write(): string {
    return 'write';
  }
}

export const definition = { roles: { reader: { grants: ['notes:read'] }, admin: { inherits: ['reader'] } } };

/** A host that has all it needs in production, and none of it is here. */
export const elsewhere = {
  issuer: 'https://auth.test',
  audience: 'https://api.test',
  production: true,
  secretFile: '/nowhere/secret',
  redis: 'redis://redis.invalid:6379',
  keys: { privateKeyFile: '/nowhere/key.pem' },
  rbac: { definition, audit: 'off' },
} satisfies AuthModuleOptions;

/** The root module of such a host. */
export const rootModule = (options: AuthModuleOptions = elsewhere) => {
  @Module({
    imports: [AuthModule.forRoot({ ...options, userAuthenticator: TestUsers })],
    controllers: [NotesController],
  })
  class AppModule {}
  return AppModule;
};
