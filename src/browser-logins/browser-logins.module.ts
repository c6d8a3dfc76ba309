import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BrowserLoginsRepository } from './browser-logins.repository.js';
import { BrowserLogins } from './browser-logins.service.js';
import { PageLogins } from './page-logins.service.js';

@Module({
  imports: [UsersModule],
  providers: [BrowserLoginsRepository, BrowserLogins, PageLogins],
  exports: [BrowserLogins, PageLogins],
})
export class BrowserLoginsModule {}
