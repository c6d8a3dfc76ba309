import { Module } from '@nestjs/common';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { BrowserLoginsRepository } from './browser-logins.repository.js';
import { BrowserLogins } from './browser-logins.service.js';

@Module({
  imports: [UsersModule],
  providers: [BrowserLoginsRepository, BrowserLogins, AppUserAuthenticator],
  exports: [BrowserLogins, AppUserAuthenticator],
})
export class BrowserLoginsModule {}
